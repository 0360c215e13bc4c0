"""Texts: marked for translation where they are declared, tidied where people give them."""

import unicodedata


def N_(message: str) -> str:  # noqa: N802  (the name that every extraction tool knows)
    """Return the message unchanged; the extraction tools find it by this call."""
    return message


def tidy(text: str | None) -> str:
    """Text as typed or pasted, without outer blanks, control and direction marks; NFC."""
    text = unicodedata.normalize("NFC", text or "")
    kept = (ch for ch in text if ch in "\n\t" or not unicodedata.category(ch).startswith("C"))
    return "".join(kept).replace("\r\n", "\n").strip()
