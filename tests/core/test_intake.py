"""Names that are nearly known: the quick answer is the slow one."""

from difflib import get_close_matches

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.core.intake import Names, folded


def slowly(written: str, known: list[str]) -> str | None:
    """By comparing with all."""
    names = {folded(name): name for name in known}
    key = folded(written)
    if key in names:
        return names[key]
    close = get_close_matches(key, names, n=2, cutoff=0.88)
    return names[close[0]] if len(close) == 1 else None


@st.composite
def nearly(draw: st.DrawFn, name: str) -> str:
    """The name with a few signs struck out, put in or exchanged."""
    signs = list(name)
    for _slip in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(signs)))
        signs[at : at + draw(st.integers(0, 2))] = draw(st.text("abc金禾", max_size=2))
    return "".join(signs)


NAME = st.text("abc金禾", max_size=14) | st.text("ab", min_size=8, max_size=40)


@settings(max_examples=2_000)
@given(data=st.data(), known=st.lists(NAME, min_size=1, max_size=8))
def test_the_quick_answer_is_the_slow_one(data: st.DataObject, known: list[str]) -> None:
    written = data.draw(st.sampled_from(known).flatmap(nearly) | NAME)
    assert Names(known).nearest(written) == slowly(written, known)


def test_long_names_and_those_of_one_sign() -> None:
    known = ["x" * 250 + "y", "苏州金禾泵业有限公司", "a", "", "ab" * 120]
    names = Names(known)
    for written in ("x" * 250 + "z", "苏州金禾泵业有限公", "b", "", "ab" * 119, "金"):
        assert names.nearest(written) == slowly(written, known)
    assert names.nearest("苏州金禾泵业有限公") == "苏州金禾泵业有限公司"


def test_of_many_names_few_are_compared() -> None:
    """Comparing with all of ten thousand names took 20 to 80 ms each."""
    written = [f"{chr(0x4E00 + n % 300)}州{chr(0x4E00 + n)}{chr(0x6000 + n)}泵业有限公司" for n in range(10_000)]
    names = Names(written)
    assert max(len(names._perhaps(f"{one[:3]}{one[4:]}")) for one in written[::500]) < 500
