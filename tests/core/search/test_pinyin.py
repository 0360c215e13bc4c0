"""Chinese names in Latin letters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.search.pinyin import SORT_KEY_LENGTH, readings, sort_key


def test_a_name_is_read_from_each_syllable_on() -> None:
    assert list(readings("苏州金禾")) == ["szjh", "suzhoujinhe", "zjh", "zhoujinhe", "jh", "jinhe"]


def test_no_reading_begins_in_the_legal_form() -> None:
    read = set(readings("金禾股份有限公司"))
    assert {"jhgfyxgs", "jinhegufenyouxiangongsi", "hgfyxgs"} <= read
    assert not {"gs", "gongsi", "yxgs", "gfyxgs"} & read


def test_one_character_is_read_and_latin_is_not() -> None:
    assert list(readings("禾 Ltd")) == ["h", "he"]
    assert list(readings("Acme")) == []


@pytest.mark.parametrize(
    ("name", "reading"),
    [
        ("重庆银行", "cqyh"),
        ("曾国藩", "zgf"),
        ("单雄信", "sxx"),
        ("单雄信", "dxx"),
        ("单位", "dw"),
        ("吕布", "lvbu"),
    ],
)
def test_words_and_surnames_have_their_own_reading(name: str, reading: str) -> None:
    assert reading in set(readings(name))


def test_names_stand_in_the_order_of_an_address_book() -> None:
    names = [
        "Acme",
        "阿里",
        "Baosteel",
        "曾伟",
        "张三",
        "张四",
        "章三",
        "Zeta",
        "长沙",
        "重庆",
        "成都",
        "奥克斯",
    ]
    assert sorted(names, key=sort_key) == [
        "阿里", "Acme", "奥克斯", "Baosteel", "长沙", "成都", "重庆", "曾伟", "Zeta", "张三", "张四", "章三",
    ]  # fmt: skip


def test_latin_and_chinese_names_stand_in_one_order() -> None:
    names = ["Zhao & Sons", "苏州金禾", "Suzhou Alpha", "北京远大", "Émile SA", "西安 Pumps", "先锋"]
    assert sorted(names, key=sort_key) == [names[i] for i in (3, 4, 1, 2, 5, 6, 0)]


@given(st.text(max_size=400))
def test_a_sort_key_fits_its_column_and_a_name_is_read_as_it_is_written(name: str) -> None:
    assert len(sort_key(name)) <= SORT_KEY_LENGTH
    assert all(readings(name))
    assert sort_key(name.upper()) == sort_key(name.upper().lower().upper())
