"""Special prices: a rep asks for a price below the list, people decide, everybody sees who has it.

URL: /price-requests
"""
