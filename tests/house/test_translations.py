"""Every message is translated; every translation is used, complete and set as Chinese is."""

import pytest
from babel.messages.catalog import Message

from tests.house import translations


def test_every_message_has_its_chinese() -> None:
    missing = [f"{file}: {one[0]!r}" for file, wanted in translations.missing().items() for one in wanted]
    assert not missing, "\n".join([f"{len(missing)} without Chinese (make i18n prints the entries):", *missing])


def test_every_translation_is_used() -> None:
    assert not translations.obsolete(), "\n".join(map(str, translations.obsolete()))


def test_no_message_stands_twice() -> None:
    assert not translations.twice(), "\n".join(map(str, translations.twice()))


def test_every_translation_is_fit_to_show() -> None:
    assert not translations.unfit(), "\n".join(map(str, translations.unfit()))


@pytest.mark.parametrize(
    ("source", "text", "problem"),
    [
        ("Hello %(name)s", "你好", "placeholders"),
        ("Hello", "", "empty"),
        ("You: ", "你:", "full width"),
        ("Really?", "真的?", "full width"),
        ("Done.", "完成.", "full width"),
        ("Price (net)", "价格(净)", "full width"),
        ("send it now", "send it now", "not translated"),
        (("one row", "%(num)s rows"), ("一行",), "placeholders"),
    ],
)
def test_the_check_sees_what_is_unfit(source: str, text: str, problem: str) -> None:
    assert problem in " ".join(translations._problems(Message(source, text)))


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("Hello %(name)s", "%(name)s，你好"),
        ("CSV", "CSV"),
        (("One thing", "%(num)s things"), ("%(num)s 件事",)),
        ("at 14:20.", "14:20 时。"),
    ],
)
def test_the_check_lets_good_entries_pass(source: str, text: str) -> None:
    assert translations._problems(Message(source, text)) == []


def test_the_extraction_sees_code_templates_and_declared_texts() -> None:
    places = translations.said()
    assert any(place.startswith("portal/templates/") for place in places["Skip to the page", None])
    assert ("Sales rep", None) in places, "N_ in access/permissions.py"
    assert (("%(num)s hour ago", "%(num)s hours ago"), None) in places
