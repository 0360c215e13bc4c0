"""Full-text search over all kinds of objects, written in the transaction of the object that it finds.

A room calls `index` wherever it stores an object and `forget` where it deletes one. Who may find it stands
in the index itself as scope tokens, so that asking as a rep costs no join, and no later filter can be
forgotten. Chinese is found by any one or more characters, by pinyin and by its initials; phones by any
three digits, codes by the beginning of any part, however they are written.
"""

from portal.core.search.finding import CAP, Found, Hit, Scope, Tier, find, ids
from portal.core.search.meaning import is_called, the_one
from portal.core.search.pinyin import sort_key
from portal.core.search.store import Doc, forget, forget_many, index, index_many
from portal.core.search.tables import SearchDoc, create_search, drop_search, made_by_search

__all__ = [
    "CAP",
    "Doc",
    "Found",
    "Hit",
    "Scope",
    "SearchDoc",
    "Tier",
    "create_search",
    "drop_search",
    "find",
    "forget",
    "forget_many",
    "ids",
    "index",
    "index_many",
    "is_called",
    "made_by_search",
    "sort_key",
    "the_one",
]
