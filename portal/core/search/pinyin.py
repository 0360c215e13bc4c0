"""Chinese names in Latin letters, to be found by and to be put in order. Pure; loads its dictionary late."""

import re
from collections.abc import Iterator
from functools import lru_cache

from portal.core.search.spelling import HAN, normalise

LONGEST = 24
"""Characters of a run of Chinese that are read."""
SORT_KEY_LENGTH = 200

_RUN = re.compile(f"[{HAN}]+")
_PERSON = re.compile(f"[{HAN}]{{2,3}}")
_LEGAL_FORM = re.compile("(?:集团|股份|有限|责任)*公司$")

# Characters that are read otherwise when they are surnames; the dictionary knows the common word only.
SURNAMES = {
    "曾": "zeng1", "翟": "zhai2", "缪": "miao4", "覃": "qin2", "单": "shan4", "解": "xie4", "仇": "qiu2",
    "区": "ou1", "查": "zha1", "盖": "ge3", "朴": "piao2", "员": "yun4", "种": "chong2",
}  # fmt: skip


def readings(name: str) -> Iterator[str]:
    """Each Chinese run from each syllable on: `苏州金禾` -> `szjh suzhoujinhe zjh zhoujinhe jh jinhe`.

    None begins inside the legal form, which would make nearly every company a match of `gs` (公司). What can
    be a person's name is read as one, too.
    """
    for run in _RUN.findall(normalise(name)):
        legal_form = _LEGAL_FORM.search(run)
        yield from _from_each(_syllables(run), legal_form.start() if legal_form else LONGEST)
        if _PERSON.fullmatch(run) and run[0] in SURNAMES:
            yield from _from_each(_syllables(run, as_person=True), 1)


MOST_LETTERS = 30


def sounds(name: str, typed: str) -> bool:
    """Whether a name reads so in full pinyin or by its initials: `wl` and `wanglei` for 王磊 and for Wang Lei."""
    text = typed.strip().lower()
    written = 2 <= len(text) <= MOST_LETTERS and text.isascii() and text.isalpha()
    return written and any(one.startswith(text) for one in _sounds(name))


@lru_cache(maxsize=20_000)
def _sounds(name: str) -> frozenset[str]:
    words = name.lower().split()
    return frozenset({*readings(name), "".join(word[0] for word in words), "".join(words)})


def sort_key(name: str) -> str:
    """A text in whose order names stand as in a Chinese address book: by reading, then tone, then character.

    Latin names stand among them by their letters. Two or three characters are taken for a person's name.
    """
    plain = normalise(name)
    key = _RUN.sub(lambda run: _sorted_run(run[0], as_person=_PERSON.fullmatch(plain) is not None), plain)
    return key[:SORT_KEY_LENGTH]


def _from_each(syllables: list[str], starts: int) -> Iterator[str]:
    bare = [syllable.rstrip("12345") for syllable in syllables]
    initials = "".join(syllable[0] for syllable in bare)
    for start in range(max(1, min(len(bare) - 1, starts))):
        yield initials[start:]
        yield "".join(bare[start:])


def _sorted_run(run: str, *, as_person: bool) -> str:
    return "".join(map("".join, zip(_syllables(run, as_person=as_person), run, strict=False)))


def _syllables(run: str, *, as_person: bool = False) -> list[str]:
    """The reading of each character with the number of its tone (5: none): `金禾` -> `jin1 he2`."""
    from pypinyin import Style, lazy_pinyin

    read = lazy_pinyin(run[:LONGEST], style=Style.TONE3, neutral_tone_with_five=True)
    return [SURNAMES[run[0]], *read[1:]] if as_person and run[0] in SURNAMES else read
