"""Tasks that people give to colleagues and departments, usually for a customer's problem.

URL: /tasks. The room stands below the customers: a task knows what it is about by plain numbers, a label and a path.
"""
