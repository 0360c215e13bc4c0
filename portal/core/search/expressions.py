"""What a person typed, as an expression over tokens, and that in the syntax of each database. Pure.

User text never reaches a query language: only tokens do, which consist of letters, digits and our own
marks, and each of them is quoted.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from portal.core.search.spelling import normalise
from portal.core.search.tokens import (
    CODE,
    LONGEST_TOKEN,
    NAME,
    bare,
    is_cjk,
    pairs,
    phones,
    runs,
    scope_token,
    spellings,
)

QUERY_LIMIT = 200
NEEDS_LIMIT = 12


@dataclass(frozen=True, slots=True)
class Term:
    """Tokens that follow each other; as a `prefix`, a single token that only has to begin like this."""

    tokens: tuple[str, ...]
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Every:
    """All parts hold; there is at least one."""

    parts: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Either:
    """At least one part holds; there is at least one."""

    parts: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Except:
    """`wanted` holds and `unwanted` does not."""

    wanted: "Expression"
    unwanted: "Expression"


Expression = Term | Every | Either | Except


@dataclass(frozen=True, slots=True)
class Tiers:
    """One query, three ways: the exact code or phone, every word in the name, every word anywhere."""

    code: Expression
    name: Expression
    anywhere: Expression

    @property
    def apart(self) -> tuple[Expression, Expression, Expression]:
        """The tiers from best to worst, none of which holds what a better one holds."""
        found = Either((self.code, self.name))
        return self.code, Except(self.name, self.code), Except(self.anywhere, found)

    @property
    def whole(self) -> Expression:
        """What any of the tiers holds."""
        return Either((self.code, self.anywhere))


def understand(query: str) -> Tiers | None:
    """What a query asks for; None if nothing in it can be searched (blank, only punctuation or emoji)."""
    typed = query[:QUERY_LIMIT]
    needs = _needs(normalise(typed))[:NEEDS_LIMIT]
    if not needs:
        return None
    codes = tuple(Term((CODE + form,)) for form in spellings(typed))
    return Tiers(
        code=Either(codes),
        name=Every(tuple(need(_in_name) for need in needs)),
        anywhere=Every(tuple(need(_anywhere) for need in needs)),
    )


def reach(scope: Mapping[str, Collection[str]]) -> Expression | None:
    """The objects that a scope (kind -> its tokens) reaches; None: none at all."""
    held = tuple(
        Term((scope_token(kind, token),)) for kind in sorted(scope) for token in sorted(set(scope[kind]))
    )
    return Either(held) if held else None


Place = Callable[[Term], Expression]
Need = Callable[[Place], Expression]
"""A part of the query that has to be met, at a place that is given later: in the name, or anywhere."""


def _needs(plain: str) -> list[Need]:
    needs: list[Need] = []
    at = 0
    for phone in phones(plain):
        needs += map(_word, runs(plain[at : phone.start()]))
        needs.append(partial(_phone, phone[0]))
        at = phone.end()
    return needs + [_word(run) for run in runs(plain[at:])]


def _word(run: str) -> Need:
    if is_cjk(run) and len(run) > 1:
        return lambda place: place(Term(tuple(pairs(run))))
    forms = spellings(run) if run.isdigit() else [run[:LONGEST_TOKEN]]
    return lambda place: _either(place(Term((form,), prefix=True)) for form in forms)


def _phone(digits: str, place: Place) -> Expression:
    """Groups of digits are one number, or numbers that stand apart."""
    apart = Every(tuple(_word(run)(place) for run in runs(digits)))
    return _either([apart, *(place(Term((form,), prefix=True)) for form in spellings(bare(digits)))])


def _either(parts: Iterable[Expression]) -> Expression:
    held = tuple(parts)
    return held[0] if len(held) == 1 else Either(held)


def _in_name(term: Term) -> Expression:
    return Term(tuple(NAME + token for token in term.tokens), term.prefix)


def _anywhere(term: Term) -> Expression:
    return Either((term, _in_name(term)))


def fts5(it: Expression) -> str:
    """The expression for MATCH of SQLite's FTS5."""
    match it:
        case Term(tokens, prefix):
            return '"' + " ".join(tokens).replace('"', '""') + ('" *' if prefix else '"')
        case Every(parts):
            return "(" + " AND ".join(map(fts5, parts)) + ")"
        case Either(parts):
            return "(" + " OR ".join(map(fts5, parts)) + ")"
        case Except(wanted, unwanted):
            return f"({fts5(wanted)} NOT {fts5(unwanted)})"


def tsquery(it: Expression) -> str:
    """The expression in PostgreSQL's input syntax of `tsquery`."""
    match it:
        case Term(tokens, prefix):
            return "(" + " <-> ".join(map(quoted, tokens)) + (":*)" if prefix else ")")
        case Every(parts):
            return "(" + " & ".join(map(tsquery, parts)) + ")"
        case Either(parts):
            return "(" + " | ".join(map(tsquery, parts)) + ")"
        case Except(wanted, unwanted):
            return f"({tsquery(wanted)} & !{tsquery(unwanted)})"


def tsvector(tokens: Iterable[str]) -> str:
    """Tokens with their places, in PostgreSQL's input syntax of `tsvector`."""
    return " ".join(f"{quoted(token)}:{place}" for place, token in enumerate(tokens, 1))


def quoted(token: str) -> str:
    """A token in the input syntax of `tsquery` and `tsvector`."""
    return "'" + token.replace("\\", "\\\\").replace("'", "''") + "'"
