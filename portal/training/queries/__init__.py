"""Reads: what a person has to learn, how a course is made up, who is where."""

from portal.training.queries.courses import published
from portal.training.queries.learning import holding, open_try, trained, tries, unread, waiting

__all__ = ["holding", "open_try", "published", "trained", "tries", "unread", "waiting"]
