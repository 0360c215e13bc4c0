"""Courses with lessons and a quiz, who has to take them until when, completion apart from passing, certificates.

URL: /training. What was published never changes: an assignment keeps the version that it was given with.
"""
