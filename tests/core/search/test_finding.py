"""Search on both databases: what is found, in which order, and what is written for it."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.orm import Session

from portal.core import search
from portal.core.search import CAP, Doc, SearchDoc, Tier
from tests.core.search.asking import EVERYBODY, found, nothing_kept, put


@pytest.fixture
def jinhe(session: Session) -> Session:
    """A company of the trade, among two others."""
    put(session, 1, "Harbour Precision Tools Ltd", text="Chongqing, steel")
    put(
        session, 2, "苏州金禾电子科技有限公司",
        text="工业园区星湖街328号 liu.yang@jinhe.example GTX-8000",
        codes=["+86 138 0013 8000", "CRM-2024/017"],
    )  # fmt: skip
    put(session, 3, "上海木禾贸易", text="电子元件")
    return session


@pytest.mark.parametrize(
    "query",
    [
        "金禾", "苏州金禾", "子科技有", "禾电", "苏州金禾电子科技有限公司", "金",
        "szjh", "jinhe", "SZJH", "suzhou", "suzhoujinhe", "szjhdzkjyxgs", "jhdz",
        "13800138000", "0013", "380013", "8000", "+86 138-0013-8000", "138 0013 8000",
        "CRM-2024/017", "crm2024017", "CRM 2024", "2024", "crm",
        "星湖", "328", "liu", "liu.yang@jinhe.example", "gtx8000", "GTX-8000", "ＧＴＸ",
        "金禾 328", "苏州 gtx", "  金禾,  szjh ",
    ],
)  # fmt: skip
def test_a_company_is_found_by(jinhe: Session, query: str) -> None:
    assert ("customer", 2) in found(jinhe, query)


@pytest.mark.parametrize("query", ["州禾", "金禾 木", "gongsi", "tx8000", "liuyang", "13900139000", "3280"])
def test_a_company_is_not_found_by(jinhe: Session, query: str) -> None:
    assert ("customer", 2) not in found(jinhe, query)


def test_the_best_reason_comes_first_then_the_newest(session: Session) -> None:
    put(session, 1, "金禾木业", codes=["A-100"])
    put(session, 2, "Other", text="ask at 金禾, A-100")
    put(session, 3, "新金禾")
    put(session, 4, "A-100 works")
    put(session, 5, "Unheard of", text="a100 is mentioned")
    tiers = [(hit.object_id, hit.tier) for hit in search.find(session, "金禾", scope=EVERYBODY).hits]
    assert tiers == [(3, Tier.NAME), (1, Tier.NAME), (2, Tier.TEXT)]
    tiers = [(hit.object_id, hit.tier) for hit in search.find(session, "a100", scope=EVERYBODY).hits]
    assert tiers == [(1, Tier.CODE), (4, Tier.NAME), (5, Tier.TEXT), (2, Tier.TEXT)]


def test_a_hit_shows_its_title_on_one_line(session: Session) -> None:
    put(session, 1, "金禾", title="Jin\0he\nLtd", subtitle="x" * 500)
    (hit,) = search.find(session, "金禾", scope=EVERYBODY).hits
    assert (hit.title, len(hit.subtitle)) == ("Jin he Ltd", 200)


def test_a_short_result_is_the_beginning_of_the_whole(session: Session) -> None:
    for number in range(1, 30):
        put(session, number, *(("金禾",) if number % 3 else ("Other",)), text="金禾")
    whole = search.find(session, "金禾", scope=EVERYBODY, limit=CAP)
    for limit in (4, 20, 25):
        page = search.find(session, "金禾", scope=EVERYBODY, limit=limit)
        assert (page.hits, page.total, page.capped) == (whole.hits[:limit], 29, False)


def test_the_count_stops_at_the_cap_and_the_list_of_ids_does_not(session: Session) -> None:
    docs = [Doc("customer", n, "金禾", ["o1"], f"No. {n}", text="common") for n in range(1, CAP + 102)]
    assert search.index_many(session, docs) == len(docs)
    put(session, 5_000, "rare")
    for query in ("金禾", "common"):
        result = search.find(session, query, scope=EVERYBODY, limit=3)
        assert (result.total, result.capped) == (CAP, True)
        assert [hit.object_id for hit in result.hits] == [CAP + 101, CAP + 100, CAP + 99]
        every = session.execute(search.ids(session, query, scope=["o1"], kind="customer")).scalars().all()
        assert len(every) == CAP + 101
    assert search.find(session, "rare", scope=EVERYBODY).total == 1
    if session.get_bind().dialect.name == "postgresql":
        assert session.execute(text("SHOW enable_bitmapscan")).scalar_one() == "on", "other queries need it"


def test_only_kinds_within_the_scope_are_found(session: Session) -> None:
    put(session, 1, "金禾")
    search.index(session, "price_request", 1, name="金禾", scope=["o1"], title="R1")
    scope = {"customer": ["o1"]}
    assert [hit.kind for hit in search.find(session, "金禾", scope=scope).hits] == ["customer"]
    both = scope | {"price_request": ["o1"]}
    assert {hit.kind for hit in search.find(session, "金禾", scope=both).hits} == {"customer", "price_request"}
    assert session.execute(
        search.ids(session, "金禾", scope=["o1"], kind="price_request")
    ).scalars().all() == [1]
    assert session.execute(search.ids(session, "金禾", scope=["o2"], kind="price_request")).all() == []


@pytest.mark.parametrize("query", ["all", "o1", "customer", "§customer·all", "·金禾", "customer·o1"])
def test_what_the_index_says_of_itself_is_not_found(session: Session, query: str) -> None:
    put(session, 1, "Harbour", codes=["a1"], scope=["o1"])
    assert found(session, query) == []


def test_a_changed_document_leaves_no_ghost(session: Session) -> None:
    put(session, 1, "金禾", text="old words", codes=["A-1"], scope=["o1"])
    first = search.find(session, "金禾", scope=EVERYBODY).hits[0].mark.doc
    put(session, 1, "木禾", text="new words", codes=["B-2"], scope=["o2"])
    for gone in ("金禾", "jinhe", "old", "A-1"):
        assert found(session, gone) == [], gone
    assert found(session, "木禾", {"customer": ["o1"]}) == []
    assert found(session, "木禾", {"customer": ["o2"]}) == [("customer", 1)]
    assert search.find(session, "B-2", scope=EVERYBODY).hits[0].mark.doc == first


def test_a_forgotten_document_leaves_no_ghost(session: Session) -> None:
    put(session, 1, "金禾")
    put(session, 2, "金禾")
    search.forget(session, "customer", 1)
    search.forget(session, "customer", 99)
    search.forget(session, "price_request", 2)
    assert found(session, "金禾") == [("customer", 2)]
    put(session, 1, "木禾")
    assert found(session, "金禾") == [("customer", 2)]
    assert found(session, "木禾") == [("customer", 1)]


def test_what_is_rolled_back_is_not_found(engine: Engine) -> None:
    with nothing_kept(engine) as session:
        put(session, 1, "金禾")
        session.rollback()
        assert found(session, "金禾") == []


def test_an_update_that_changes_nothing_writes_nothing(session: Session, statements: list[str]) -> None:
    put(session, 1, "金禾", codes=["A-1"], scope=["o1", "t2"])
    statements.clear()
    same = Doc("customer", 1, "金禾", {"t2", "o1"}, "金禾", codes=["A-1"])
    assert search.index_many(session, [same]) == 0
    assert [line.split()[0] for line in statements] == ["SELECT"]
    assert search.index(session, "customer", 1, name="金禾", scope=["o1", "t2"], title="New", codes=["A-1"])
    assert search.find(session, "金禾", scope=EVERYBODY).hits[0].title == "New"


def test_of_two_documents_for_one_object_the_later_counts(session: Session) -> None:
    docs = [Doc("customer", 1, name, ["o1"], name) for name in ("金禾", "木禾")]
    assert search.index_many(session, docs) == 1
    assert found(session, "金禾") == []
    assert found(session, "木禾") == [("customer", 1)]


def test_many_documents_are_written_and_rewritten(session: Session) -> None:
    def docs(name: str) -> list[Doc]:
        return [Doc("customer", n, f"{name} {n}", [f"o{n % 3}"], name) for n in range(1, 1_202)]

    assert search.index_many(session, docs("old")) == 1_201
    assert search.index_many(session, docs("new")[:700]) == 700
    assert search.index_many(session, docs("new")) == 501
    assert found(session, "old") == []
    assert search.find(session, "new 77", scope={"customer": ["o2"]}).hits[-1].object_id == 77


@pytest.fixture
def statements(engine: Engine) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


def test_no_question_reads_the_whole_table(session: Session, engine: Engine) -> None:
    search.index_many(session, [Doc("customer", n, f"金禾 {n}", ["o1"], "x") for n in range(1, 1_500)])
    plans: list[str] = []

    def explain(
        _connection: object, cursor: object, statement: str, parameters: object, *_rest: object
    ) -> None:
        if "search_doc" in statement and not statement.startswith("EXPLAIN"):
            explained = "EXPLAIN QUERY PLAN " if engine.dialect.name == "sqlite" else "EXPLAIN "
            cursor.execute(explained + statement, parameters)  # type: ignore[attr-defined]
            plans.extend(str(row) for row in cursor.fetchall())  # type: ignore[attr-defined]

    if engine.dialect.name == "postgresql":
        # So few rows are read fastest in one go; the question is whether an index can answer at all.
        session.execute(text("SET LOCAL enable_seqscan = off"))
    event.listen(engine, "before_cursor_execute", explain)
    try:
        search.find(session, "金禾", scope=EVERYBODY)
        search.find(session, "禾 77", scope={"customer": ["o1"]})
        session.execute(search.ids(session, "金禾", scope=["o1"], kind="customer"))
        search.forget(session, "customer", 3)
        put(session, 4, "木禾")
    finally:
        event.remove(engine, "before_cursor_execute", explain)
    assert plans
    whole = ("SCAN search_doc", "(kind=?)", "Seq Scan")
    assert not [line for line in plans if any(sign in line for sign in whole)]


@pytest.mark.postgres
def test_a_list_can_look_its_objects_up_one_by_one(postgres_engine: Engine) -> None:
    with nothing_kept(postgres_engine) as session:
        session.execute(text("SET LOCAL enable_seqscan = off"))
        session.execute(text("SET LOCAL enable_bitmapscan = off"))
        wanted = search.ids(session, "金禾", scope=["all"], kind="customer").where(SearchDoc.object_id == 7)
        compiled = wanted.compile(postgres_engine, compile_kwargs={"literal_binds": True})
        plan = "".join(session.connection().exec_driver_sql(f"EXPLAIN {compiled}").scalars())
        assert "kind" in plan.partition("Index Cond")[2].partition("Filter")[0]
