"""One spelling for what people take for the same. Pure."""

import re
import unicodedata

HAN = "\u3005-\u3007\u3021-\u3029\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd"
"""The ranges of Chinese characters, to stand between the brackets of a regular expression."""

_ACCENT = re.compile("[\u0300-\u036f]")


def normalise(text: str) -> str:
    """One spelling for what people take for the same: width, case, accents of Latin, Greek, Cyrillic."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    if folded.isascii():
        return folded
    return unicodedata.normalize("NFC", _ACCENT.sub("", unicodedata.normalize("NFD", folded)))
