"""Search against reading everything: random documents, scopes and queries, on both databases."""

import csv
import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from portal.core import search
from portal.core.search import Doc, Tier
from tests.core.search.asking import found, nothing_kept, put

NAMES = st.text(alphabet="金禾木业 ab", max_size=6)
SCOPES = st.lists(st.sampled_from(["o1", "o2", "t1", "r1"]), max_size=3)
DOCS = st.lists(
    st.builds(
        Doc,
        kind=st.sampled_from(["customer", "price_request", "price"]),
        object_id=st.integers(1, 4),
        name=NAMES,
        scope=SCOPES,
        title=NAMES,
        text=NAMES,
    ),
    max_size=12,
)
REACHED = st.dictionaries(
    st.sampled_from(["customer", "price_request", "price", "request"]),
    st.lists(st.sampled_from(["o1", "o2", "t1", "r1", "all"]), max_size=3),
    max_size=3,
)
CJK_QUERY = st.text(alphabet="金禾木业", min_size=1, max_size=3)
RELAXED = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def _expected(docs: list[Doc], query: str, reached: dict[str, list[str]]) -> list[tuple[str, int, Tier]]:
    """The same answer by reading all documents: the last of each object, the oldest place of each."""
    last: dict[tuple[str, int], Doc] = {}
    for doc in docs:
        last[doc.kind, doc.object_id] = doc
    hits = []
    for place, ((kind, number), doc) in enumerate(last.items()):
        if {"all", *doc.scope} & set(reached.get(kind, ())):
            if query in doc.name:
                hits.append((Tier.NAME, -place, kind, number))
            elif query in doc.text:
                hits.append((Tier.TEXT, -place, kind, number))
    return [(kind, number, tier) for tier, _place, kind, number in sorted(hits)]


@RELAXED
@given(docs=DOCS, query=CJK_QUERY, reached=REACHED)
def test_what_is_found_is_what_reading_everything_finds(
    engine: Engine, docs: list[Doc], query: str, reached: dict[str, list[str]]
) -> None:
    with nothing_kept(engine) as session:
        for doc in docs:
            search.index_many(session, [doc])
        result = search.find(session, query, scope=reached)
        expected = _expected(docs, query, reached)
        assert [(hit.kind, hit.object_id, hit.tier) for hit in result.hits] == expected
        assert result.total == len(expected)
        for kind in ("customer", "price_request", "price"):
            listed = session.execute(
                search.ids(session, query, scope=reached.get(kind, []), kind=kind)
            ).scalars()
            assert sorted(listed) == sorted(number for its, number, _tier in expected if its == kind)


@RELAXED
@given(docs=DOCS, steps=st.lists(st.tuples(st.booleans(), st.integers(0, 11)), max_size=12), query=CJK_QUERY)
def test_updates_and_deletions_in_any_order_leave_no_ghosts(
    engine: Engine, docs: list[Doc], steps: list[tuple[bool, int]], query: str
) -> None:
    with nothing_kept(engine) as session:
        there: dict[tuple[str, int], Doc] = {}
        for put, place in steps:
            if place < len(docs):
                doc = docs[place]
                there.pop((doc.kind, doc.object_id), None)
                if put:
                    search.index_many(session, [doc])
                    there[doc.kind, doc.object_id] = doc
                else:
                    search.forget(session, doc.kind, doc.object_id)
        reached = {"customer": ["all"], "price_request": ["all"], "price": ["all"]}
        expected = {(kind, number) for kind, number, _tier in _expected(list(there.values()), query, reached)}
        assert set(found(session, query, reached)) == expected


@RELAXED
@given(
    query=st.text(max_size=60)
    | st.text(alphabet="金禾a1 '\"*()&|!:<>^~+-{}\\\0\ud800·¤§\U0001f600", max_size=40)
)
def test_no_query_raises_and_none_reaches_beyond_its_scope(engine: Engine, query: str) -> None:
    with nothing_kept(engine) as session:
        put(
            session,
            1,
            "金禾 a1",
            text="'\"*() & | ! \0 \U0001f600 customer all o1 a 1",
            codes=["a1"],
            scope=["o1"],
        )
        put(session, 2, "金禾 a1", text="customer all o1 a 1", scope=["o2"])
        assert ("customer", 1) not in found(session, query, {"customer": ["o2"], "price_request": ["all"]})
        assert (
            1
            not in session.execute(search.ids(session, query, scope=["o2"], kind="customer")).scalars().all()
        )


@settings(deadline=None, max_examples=60)
@given(
    name=st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=2, max_size=12)
)
def test_every_part_of_a_chinese_name_finds_it(sqlite_engine: Engine, name: str) -> None:
    with nothing_kept(sqlite_engine) as session:
        put(session, 1, name)
        for start in range(len(name) - 1):
            for end in range(start + 1, len(name) + 1):
                assert found(session, name[start:end]) == [("customer", 1)]


@settings(deadline=None, max_examples=30)
@given(phone=st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_every_part_of_a_phone_finds_it(sqlite_engine: Engine, phone: str) -> None:
    with nothing_kept(sqlite_engine) as session:
        put(session, 1, "x", text=f"Mobile {phone[:3]} {phone[3:7]} {phone[7:]}")
        put(session, 2, "x", codes=[phone])
        for start in range(9):
            for end in range(start + 3, 12):
                assert {number for _kind, number in found(session, phone[start:end])} == {1, 2}


def test_names_that_nobody_here_wrote(shared_data: Path, engine: Engine) -> None:
    with (shared_data / "zh_names" / "company_short_names.csv").open(encoding="utf-8") as file:
        names = [row[0] for row in csv.reader(file) if re.fullmatch("[一-龥]{2,}", row[0])]
    companies = [f"{name}有限公司" for name in random.Random(20261123).sample(names, 1_500)]
    with nothing_kept(engine) as session:
        docs = [Doc("customer", number, name, ["o1"], name) for number, name in enumerate(companies)]
        search.index_many(session, docs)
        for short in (name.removesuffix("有限公司") for name in companies[:300]):
            listed = session.execute(search.ids(session, short, scope=["o1"], kind="customer")).scalars()
            assert set(listed) == {number for number, name in enumerate(companies) if short in name}, short


def test_both_databases_give_the_same_answers(
    sqlite_engine: Engine, request: pytest.FixtureRequest, mixed: Callable[[Session], list[object]]
) -> None:
    with nothing_kept(sqlite_engine) as session:
        here = mixed(session)
    with nothing_kept(request.getfixturevalue("postgres_engine")) as session:
        assert mixed(session) == here


@pytest.fixture
def mixed() -> Callable[[Session], list[object]]:
    """Five hundred documents in the words of the trade, and what two hundred queries find in them."""
    chance = random.Random(7)
    parts = [
        "金禾",
        "苏州",
        "电子",
        "木业",
        "GTX-8000",
        "acme",
        "Müller",
        "138 0013 8000",
        "CRM-2024/017",
        "𠮷野",
        "a1b2",
    ]
    docs = [
        Doc(
            chance.choice(["customer", "price_request"]), number,
            name="".join(chance.choices([*parts, " "], k=3)), text=" ".join(chance.choices(parts, k=4)),
            scope=[f"o{chance.randrange(4)}"], title=str(number), codes=chance.sample(parts, 1),
        )
        for number in range(500)
    ]  # fmt: skip
    queries = [
        chance.choice(parts)[chance.randrange(2) :] + chance.choice(["", " ", chance.choice(parts)])
        for _ in range(200)
    ]

    def answer(session: Session) -> list[object]:
        search.index_many(session, docs)
        return [
            (query, result.total, [(hit.kind, hit.object_id, hit.tier) for hit in result.hits])
            for query in queries
            for result in [
                search.find(session, query, scope={"customer": ["o1", "o2"], "price_request": ["all"]})
            ]
        ]

    return answer
