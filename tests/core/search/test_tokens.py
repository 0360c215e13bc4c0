"""What a text can be found by, without a database."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.search import expressions, tokens
from portal.core.search.expressions import fts5, quoted, reach, tsquery, understand
from portal.core.search.spelling import normalise

ANY_TEXT = st.text(max_size=80) | st.text(alphabet="金禾 a1-'\"*()&|!:<>^~+{}\\\0·¤§\U0001f600", max_size=40)


@pytest.mark.parametrize(
    ("text", "found_by"),
    [
        ("苏州金禾", ["苏州", "州金", "金禾", "禾"]),
        ("禾", ["禾"]),
        ("ＧＴＸ　Pro", ["gtx", "pro"]),
        ("Müller Ärzte", ["muller", "arzte"]),
        ("Straße", ["strasse"]),
        ("3M中国", ["3m", "m", "中国", "国"]),
        ("カード", ["カー", "ード", "ド"]),
        ("𠮷野家", ["𠮷野", "野家", "家"]),
        ("한국", ["한국", "국"]),
        ("gtx8000b", ["gtx8000b", "8000b", "b"]),
        ("\0 \U0001f600 '\"*:()", []),
    ],
)
def test_a_text_becomes_these_tokens(text: str, found_by: list[str]) -> None:
    assert list(tokens.words(text)) == found_by


def test_a_code_is_a_word_of_its_own_too() -> None:
    assert "crm2024017" in list(tokens.words("Contract CRM-2024/017, signed"))
    assert "liuacme" not in list(tokens.words("liu.acme"))


@pytest.mark.parametrize("phone", ["13800138000", "138 0013 8000", "138-0013-8000", "(138) 0013-8000"])
@pytest.mark.parametrize("fragment", ["138", "0013", "00138000", "13800138000", "000"])
def test_any_part_of_a_phone_begins_a_token(phone: str, fragment: str) -> None:
    assert any(token.startswith(fragment) for token in tokens.words(f"Tel. {phone}, after 9"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("+86 138 0013 8000", "13800138000"),
        ("0086-138-0013-8000", "13800138000"),
        ("+86 21 6888 1234", "021-68881234"),
        ("crm-2024.017", "CRM 2024/017"),
        ("ＧＴＸ-１", "gtx1"),
    ],
)
def test_spellings_of_one_code_meet(one: str, other: str) -> None:
    assert set(tokens.spellings(one)) & set(tokens.spellings(other))


def test_codes_that_only_look_alike_stay_apart() -> None:
    assert not set(tokens.spellings("0012345")) & set(tokens.spellings("12345"))
    assert tokens.spellings(" -/. ") == []


def test_the_marks_keep_namespaces_apart() -> None:
    made = tokens.document(
        "price_request", name="金禾", text="o7 all customer", codes=["PR-1"], scope=["o7", "t3"]
    )
    assert made[:3] == ["§price·request·all", "§price·request·o7", "§price·request·t3"]
    assert "¤pr1" in made
    assert {"·金禾", "·jh", "·jinhe", "·pr1"} <= set(made)
    assert {"o7", "all", "customer"} <= set(made)


@given(st.text(max_size=200), st.text(max_size=200), st.lists(st.text(max_size=40), max_size=3))
def test_no_token_can_pass_for_another_namespace(name: str, text: str, codes: list[str]) -> None:
    for token in tokens.document("customer", name=name, text=text, codes=codes, scope=["o1"])[2:]:
        assert re.fullmatch(r"""[·¤]?[^\s·¤§'"\\]+""", token)


@given(st.text(max_size=200))
def test_nothing_is_folded_twice(text: str) -> None:
    plain = normalise(text)
    assert tokens.runs(normalise(plain)) == tokens.runs(plain)


def test_a_long_text_is_cut_and_a_long_word_too() -> None:
    assert len(tokens.document("note", name="x", text="禾" * 1_000_000)) <= tokens.TOKEN_LIMIT
    assert max(map(len, tokens.words("a" * 5_000))) == tokens.LONGEST_TOKEN
    assert len(tokens.document("note", name="x", text="1234567 12345678," * 5_000)) == tokens.TOKEN_LIMIT


@pytest.mark.parametrize(
    ("kind", "token"), [("Customer", "o1"), ("customer", "O1"), ("customer", "o1 OR all"), ("", "a")]
)
def test_a_misspelt_scope_is_refused(kind: str, token: str) -> None:
    with pytest.raises(ValueError, match="not a scope"):
        tokens.scope_token(kind, token)


@pytest.mark.parametrize("query", ["", "   ", "!?*", "\0", "\U0001f600", "\ud800", "· ¤ §", "-- ' \""])
def test_a_query_without_a_letter_asks_for_nothing(query: str) -> None:
    assert understand(query) is None


def test_a_query_in_the_words_of_each_database() -> None:
    asked = understand("金禾木 pro*")
    assert asked is not None
    assert fts5(asked.name) == '("·金禾 ·禾木" AND "·pro" *)'
    assert tsquery(asked.name) == "(('·金禾' <-> '·禾木') & ('·pro':*))"
    assert fts5(asked.code) == '("¤金禾木pro")'
    assert fts5(asked.anywhere) == '(("金禾 禾木" OR "·金禾 ·禾木") AND ("pro" * OR "·pro" *))'


def test_a_phone_in_groups_is_one_number_or_several() -> None:
    asked = understand("+86 138-0013")
    assert asked is not None
    assert fts5(asked.name) == '((("·86" * AND "·138" * AND "·0013" *) OR "·861380013" *))'


def test_a_scope_reaches_the_kinds_that_it_names() -> None:
    assert reach({}) is None
    assert reach({"customer": []}) is None
    held = reach({"customer": ["o7", "t3"], "article": ["all"]})
    assert held is not None
    assert fts5(held) == '("§article·all" OR "§customer·o7" OR "§customer·t3")'


@given(ANY_TEXT)
def test_user_text_never_leaves_its_quotes(query: str) -> None:
    asked = understand(query)
    if asked is not None:
        outside = re.sub(r'"[^"\\]*"', "", fts5(asked.whole))
        assert re.fullmatch(r"[()* ]*((AND|OR)[()* ]*)*", outside)
        outside = re.sub(r"'[^'\\]*'", "", tsquery(asked.whole))
        assert re.fullmatch(r"[()&|:*<> -]*", outside)


def test_a_quote_inside_a_token_would_stay_inside() -> None:
    assert quoted("a'b\\c") == "'a''b\\\\c'"
    assert fts5(expressions.Term(('a"b',))) == '"a""b"'
