"""What a text can be found by. Pure: no database, no clock.

Both databases keep these tokens as they are and only match them, so they give the same answers: all
folding, cutting and joining happens here. A run of Chinese, Japanese or Korean becomes its overlapping
pairs and its last character (`苏州金禾` -> `苏州 州金 金禾 禾`): two or more characters are asked for as a
phrase of pairs, one as a prefix. All else is found by the beginning of a word, of a part of a code, or of
any end of a phone number.

Three marks in front of a token keep its namespaces apart. They are no letters, so no text can contain them.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import islice, pairwise

from portal.core.search.pinyin import readings
from portal.core.search.spelling import HAN, normalise

NAME, CODE, SCOPE = "·", "¤", "§"
EVERYONE = "all"
"""The scope token of each document that is not private: who reaches all objects of a kind asks for it."""

TEXT_LIMIT = 10_000
"""Characters of a text that are indexed; also keeps positions under the 16,383 that PostgreSQL can count."""
TOKEN_LIMIT = 14_000
NAME_LIMIT = 400
LONGEST_TOKEN = 64
LONGEST_CODE = 32
PHONE_DIGITS = range(7, 16)
SHORTEST_FULL_NUMBER = 10
SHORTEST_FRAGMENT = 3

_KANA = "\u3031-\u3035\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\U0001b000-\U0001b16f"
_CJK = f"{HAN}{_KANA}\u3105-\u312f\u31a0-\u31bf\uac00-\ud7a3"
_WORD = rf"[^\W_{_CJK}]"
_RUN = re.compile(rf"[{_CJK}]+|{_WORD}+")
_IS_CJK = re.compile(rf"[{_CJK}]")
_PIECE = re.compile(r"\d+|\D+")
_LINKED = re.compile(rf"{_WORD}+(?:[-_./]+{_WORD}+)+")
_PHONE = re.compile(r"\d+(?:[ ().+-]{1,3}\d+)+")
_DIGIT = re.compile(r"\d")
_KIND = re.compile(r"[a-z][a-z_]*")
_SCOPE_TOKEN = re.compile(r"[a-z]+[0-9]*")


def runs(plain: str) -> list[str]:
    """The unbroken pieces of a normalised text: all CJK, or all letters and digits of other scripts."""
    return _RUN.findall(plain)


def is_cjk(run: str) -> bool:
    """Whether a run of `runs` is written in a script without blanks between words."""
    return _IS_CJK.match(run) is not None


def pairs(run: str) -> list[str]:
    """The overlapping pairs of a CJK run."""
    return [first + second for first, second in pairwise(run)]


def phones(plain: str) -> Iterator[re.Match[str]]:
    """The places of a normalised text where digits in groups can be read as one phone number."""
    for match in _PHONE.finditer(plain):
        if len(bare(match[0])) in PHONE_DIGITS:
            yield match


def bare(code: str) -> str:
    """A code without its punctuation: `CRM-2024/017` -> `crm2024017`."""
    return "".join(runs(normalise(code)))[:LONGEST_TOKEN]


def spellings(code: str) -> list[str]:
    """The bare forms under which a code is the same.

    What can be a phone number is also taken without the codes for China and for long distance: `+86 21 6888 1234`
    and `021-68881234` are both `2168881234`, too.
    """
    form = bare(code)
    if not form.isdigit() or len(form) < SHORTEST_FULL_NUMBER:
        return [form] if form else []
    number = form.removeprefix("00")
    if len(number) in (12, 13):
        number = number.removeprefix("86")
    return list(dict.fromkeys((form, number.removeprefix("0"))))


def words(text: str) -> Iterator[str]:
    """The tokens of a text in reading order, then those of its codes and phones written as one word."""
    plain = normalise(text)
    for run in runs(plain):
        if is_cjk(run):
            yield from pairs(run)
            yield run[-1]
        else:
            yield from _tails(run[:LONGEST_TOKEN])
    for linked in _LINKED.findall(plain):
        form = bare(linked)
        if _DIGIT.search(form) and len(form) <= LONGEST_CODE and not _is_phone(form):
            yield from _tails(form)
    for match in phones(plain):
        yield from _tails(bare(match[0]))


def document(
    kind: str, *, name: str, text: str = "", codes: Iterable[str] = (), scope: Iterable[str] = (), everyone: bool = True
) -> list[str]:
    """All tokens of one object: scope, exact codes, name (with pinyin and codes), then the rest."""
    codes = list(codes)
    forms = dict.fromkeys(form for code in codes for form in spellings(code))
    named = [*words(name[:NAME_LIMIT]), *readings(name[:NAME_LIMIT])]
    for code in codes:
        named += words(code[:NAME_LIMIT])
    known = set(named)
    named += [tail for form in forms for tail in _tails(form) if tail not in known]
    tokens = [scope_token(kind, token) for token in dict.fromkeys((*((EVERYONE,) if everyone else ()), *scope))]
    tokens += [CODE + form for form in forms]
    tokens += [NAME + token for token in named]
    tokens += words(text[:TEXT_LIMIT])
    return list(islice(tokens, TOKEN_LIMIT))


def scope_token(kind: str, token: str) -> str:
    """The index token for «objects of this kind that `token` reaches»; ValueError if either is misspelt."""
    if not _KIND.fullmatch(kind) or not _SCOPE_TOKEN.fullmatch(token):
        raise ValueError(f"not a scope of search: {kind!r}, {token!r}")
    return f"{SCOPE}{kind.replace('_', NAME)}{NAME}{token}"


def _tails(run: str) -> Iterator[str]:
    """A run, and its ends from each change between letters and digits; a phone's ends from each digit on."""
    yield run
    if len(run) > LONGEST_CODE or not _DIGIT.search(run):
        return
    for piece in _PIECE.finditer(run):
        start, end = piece.span()
        last = end - SHORTEST_FRAGMENT + 1 if _is_phone(piece[0]) else start + 1
        for at in range(max(start, 1), last):
            yield run[at:]


def _is_phone(form: str) -> bool:
    return form.isdigit() and len(form) in PHONE_DIGITS
