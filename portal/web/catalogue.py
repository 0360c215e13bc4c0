"""The Chinese catalogue: every `translations/zh_CN/*.po`, one file a room, merged into one when the application starts.

There is no compiled file to forget: what stands in the `.po` files is what readers get. A fuzzy entry is no
translation, and the suite fails on one (tests/house/test_translations.py).
"""

from functools import lru_cache
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask_babel import Domain, get_locale

FOLDER = Path(__file__).parents[1] / "translations" / "zh_CN"


class Words(Domain):
    """Texts in the reader's language: English as it stands in the code, Chinese from the merged catalogue."""

    def get_translations(self) -> NullTranslations:
        """The translations for the present locale."""
        locale = get_locale()
        return chinese() if locale is not None and locale.language == "zh" else ENGLISH


ENGLISH = NullTranslations()


def parts() -> dict[str, Catalog]:
    """The catalogue of each file, by the file's name."""
    found = {}
    for file in sorted(FOLDER.glob("*.po")):
        with file.open("rb") as text:
            found[file.name] = read_po(text, locale="zh_CN", abort_invalid=True)
    return found


def merged() -> Catalog:
    """One catalogue of all files. If two disagree about a message, the first in the order of names wins."""
    whole = Catalog(locale="zh_CN")
    for part in parts().values():
        for message in part:
            if message.id and whole.get(message.id, message.context) is None:
                whole.add(message.id, message.string, context=message.context, flags=message.flags)
    return whole


def chinese() -> Translations:
    """The Chinese translations, read again once a file has changed (seen when an application starts)."""
    return _compiled(_stamp())


def refresh() -> None:
    """Look at the files again."""
    _stamp.cache_clear()


@lru_cache(maxsize=1)
def _stamp() -> tuple[tuple[str, int], ...]:
    return tuple((file.name, file.stat().st_mtime_ns) for file in sorted(FOLDER.glob("*.po")))


@lru_cache(maxsize=1)
def _compiled(_stamp: tuple[tuple[str, int], ...]) -> Translations:
    compiled = BytesIO()
    write_mo(compiled, merged())
    compiled.seek(0)
    found = Translations(compiled)
    # gettext keeps the head of the file under the empty text; nobody wants to read it where a text is empty.
    found._catalog[""] = ""  # noqa: SLF001
    return found
