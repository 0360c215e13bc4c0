"""Which one a typed name means: the exact one, else the only one; nobody and several are refused at the field."""

from dataclasses import dataclass

import pytest

from portal.core.errors import Refused
from portal.core.search import the_one


@dataclass
class Firm:
    """Something with a name in both languages."""

    name: str
    name_zh: str = ""


ONE, TWO, TWIN = Firm("Jinhe", "金河"), Firm("Jinhe East"), Firm("Jinhe")


def asked(found: list[Firm], text: str) -> Firm:
    return the_one(found, text, field="firm", nobody="none", several="several: %(near)s")


@pytest.mark.parametrize(
    ("found", "text", "meant"),
    [([ONE, TWO], "Jinhe", ONE), ([ONE, TWO], "金河", ONE), ([TWO], "Jin", TWO), ([TWO, ONE], "Jinhe East", TWO)],
)
def test_the_exact_name_or_the_only_one_is_meant(found: list[Firm], text: str, meant: Firm) -> None:
    assert asked(found, text) is meant


@pytest.mark.parametrize(
    ("found", "text", "reason"),
    [
        ([], "Jinhe", "none"),
        ([ONE, TWO], "Jin", "several: Jinhe · Jinhe East"),
        ([ONE, TWO, TWIN], "Jinhe", "several: Jinhe · Jinhe"),
        ([TWO] * 6, "Jin", "several: " + " · ".join(["Jinhe East"] * 5)),
    ],
)
def test_nobody_and_several_are_told_at_the_field(found: list[Firm], text: str, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        asked(found, text)
    assert (str(refused.value), refused.value.field) == (reason, "firm")
