"""Geometry of the charts: inside its box, in order, words apart, nothing drawn that was not measured."""

from decimal import Decimal
from fractions import Fraction
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.web import charts
from portal.web.charts import Bar, Group, Hidden, Level, Mark, Rung, Series, Stage
from portal.web.charts.scale import Text, cut, keep_apart, plain, round_steps, tenth, width_of

amounts = st.one_of(
    st.integers(0, 10**9),
    st.decimals(Decimal("0.01"), 10**6, places=2),
    st.floats(0, 10**6, allow_nan=False).map(lambda value: round(value, 3)),
)
values = st.one_of(amounts, st.none(), st.just(Hidden("fewer than five")))
words = st.text("abcdefgh WM1234 苏州无锡", min_size=1, max_size=14)


def apart(texts: list[Text]) -> bool:
    """Whether no two texts touch: lines are 14 units high."""
    return all(
        abs(one.y - two.y) >= 12 or one.span[1] <= two.span[0] or two.span[1] <= one.span[0]
        for one, two in combinations(texts, 2)
    )


def points(pieces: tuple[str, ...]) -> list[tuple[float, float]]:
    return [tuple(map(float, pair.split(","))) for piece in pieces for pair in piece.split()]  # type: ignore[misc]


@given(st.lists(values, min_size=2, max_size=30), st.lists(values, min_size=30, max_size=30), amounts, words)
def test_a_line_stays_in_its_box_and_its_words_apart(
    ours: list[object], others: list[object], target: int, name: str
) -> None:
    steps = [f"W{n}" for n in range(len(ours))]
    chart = charts.line(
        steps,
        Series(name, ours),  # type: ignore[arg-type]
        other=Series("Hangzhou, Ningbo", others[: len(ours)]),  # type: ignore[arg-type]
        level=Level(target, "target", "source"),
        marks=[Mark(0, "start"), Mark(len(ours) - 1, name)],
    )
    assert (chart.wide is None) == (chart.have < chart.need)
    for drawing in filter(None, (chart.wide, chart.narrow)):
        drawn = [
            *points(drawing.ours.pieces),
            *drawing.ours.lone,
            *points(drawing.other.pieces),
            *drawing.other.lone,
        ]
        assert all(
            drawing.left <= x <= drawing.right and drawing.top <= y <= drawing.bottom for x, y in drawn
        )
        assert all(0 <= text.y <= drawing.height for text in drawing.texts)
        assert drawing.level is not None
        assert drawing.top <= drawing.level <= drawing.bottom
        assert apart([text for text in drawing.texts if text.x > drawing.right or text.look == "t-ink"])
        assert apart([text for text in drawing.texts if text.y == drawing.height - 8])


@given(st.lists(amounts, min_size=2, max_size=20))
def test_a_higher_value_is_never_drawn_lower(ours: list[int]) -> None:
    drawing = charts.line([str(n) for n in range(len(ours))], Series("A", ours)).wide
    assert drawing is not None
    drawn = points(drawing.ours.pieces)
    assert [x for x, _ in drawn] == sorted(x for x, _ in drawn)
    for (_, y1), (_, y2), a, b in ((*p, *v) for p, v in zip(pairwise(drawn), pairwise(ours), strict=True)):
        assert (y1 >= y2) if Fraction(str(a)) <= Fraction(str(b)) else (y1 <= y2)


def test_what_was_not_measured_is_a_gap() -> None:
    chart = charts.line(list("abcdef"), Series("A", [1, 2, None, 4, None, Hidden("four people")]), show=str)
    assert chart.wide is not None
    assert len(chart.wide.ours.pieces) == 1
    assert len(chart.wide.ours.lone) == 1
    assert chart.wide.ours.end == chart.wide.ours.lone[0]
    assert chart.rows[2:] == (("c", "–"), ("d", "4"), ("e", "–"), ("f", "four people"))


@pytest.mark.parametrize("series", [[], [None, None], [None, 3], [Hidden("x"), Hidden("x")]])
def test_too_little_is_said_and_not_drawn(series: list[object]) -> None:
    chart = charts.line(["a"] * len(series), Series("A", series))  # type: ignore[arg-type]
    assert chart.wide is None
    assert chart.narrow is None
    assert chart.have < chart.need
    assert chart.labels == ()


def test_a_scale_that_does_not_begin_at_zero_says_so() -> None:
    assert charts.line(["a", "b"], Series("A", [46, 38])).starts_at == "38"
    assert charts.line(["a", "b"], Series("A", [46, 3])).starts_at == ""


def test_all_of_one_value_is_a_level_line() -> None:
    drawing = charts.line(["a", "b", "c"], Series("A", [7, 7, 7])).wide
    assert drawing is not None
    assert len({y for _, y in points(drawing.ours.pieces)}) == 1


def test_series_of_another_length_are_refused() -> None:
    with pytest.raises(ValueError, match="one value a step"):
        charts.line(["a", "b"], Series("A", [1]))


def test_a_number_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="nan"):
        charts.line(["a", "b"], Series("A", [float("nan"), 1]))


@given(st.fractions(-(10**6), 10**6, max_denominator=10**6), st.fractions(0, 10**6, max_denominator=10**6), st.booleans())
def test_round_steps_enclose_and_are_few(low: Fraction, span: Fraction, whole: bool) -> None:
    steps = round_steps(low, low + span, whole=whole)
    assert steps[0] <= low
    assert low + span <= steps[-1]
    assert 2 <= len(steps) <= 6
    gaps = {Fraction(b) - Fraction(a) for a, b in pairwise(steps)}
    assert len(gaps) == 1
    assert str(gaps.pop().numerator)[0] in "125"
    assert not whole or all(isinstance(step, int) for step in steps)


@given(st.lists(st.tuples(st.floats(-50, 350), st.floats(5, 20)), min_size=1, max_size=12))
def test_blocks_are_kept_apart_and_inside(blocks: list[tuple[float, float]]) -> None:
    wanted, heights = [round(a, 1) for a, _ in blocks], [round(b, 1) for _, b in blocks]
    placed = keep_apart(wanted, heights, 0, 300)
    order = sorted(range(len(blocks)), key=lambda n: (wanted[n], n))
    assert placed[order[0]] >= 0
    assert placed[order[-1]] + heights[order[-1]] <= 300.1
    assert all(placed[a] + heights[a] <= placed[b] + 0.2 for a, b in pairwise(order))


@given(st.lists(st.tuples(words, values), min_size=1, max_size=12), amounts, st.sampled_from([360, 520, 700]))
def test_bars_stay_in_their_box(rows: list[tuple[str, object]], target: int, width: int) -> None:
    chart = charts.bars([Bar(label, value, target) for label, value in rows], width=width)  # type: ignore[arg-type]
    assert len(chart.rows) == len(rows)
    for drawing in filter(None, (chart.wide, chart.narrow)):
        assert len(drawing.bars) == chart.have
        for block in (*drawing.bars, *drawing.pins):
            assert block.x >= 0
            assert block.x + block.width <= drawing.width + 0.1
            assert block.y >= 0
            assert block.y + block.height <= drawing.height + 3
        assert apart([text for text in drawing.texts if text.look != "t-quiet"])


@given(st.lists(amounts, min_size=2, max_size=12))
def test_a_longer_bar_is_more(numbers: list[int]) -> None:
    drawing = charts.bars([Bar("x", value) for value in numbers]).wide
    assert drawing is not None
    by_value = sorted(zip(numbers, drawing.bars, strict=True), key=lambda pair: Fraction(str(pair[0])))
    assert all(a.width <= b.width for (_, a), (_, b) in pairwise(by_value))


def test_no_bar_without_a_value() -> None:
    assert charts.bars([Bar("a", None), Bar("b", Hidden("x"))]).wide is None
    assert charts.bars([]).wide is None
    with pytest.raises(ValueError, match="begins at zero"):
        charts.bars([Bar("a", -1)])


def test_a_bullet_ends_at_its_edge() -> None:
    drawn = charts.bullet(71, 100, target=85, bench=57)
    assert (drawn.bar, drawn.target, drawn.bench, drawn.over) == (71.0, 84.0, 57.0, False)
    drawn = charts.bullet(150, 100, target=130)
    assert (drawn.bar, drawn.target, drawn.over) == (100.0, 98.0, True)
    assert charts.bullet(None, 10).bar == 0
    with pytest.raises(ValueError, match="above zero"):
        charts.bullet(1, 0)


def test_the_funnel_tells_what_went_on() -> None:
    stages = [
        Stage("Lead", 412),
        Stage("Quoted", 121),
        Stage("Won", Hidden("few")),
        Stage("Paid", 0),
        Stage("Back", 3),
    ]
    chart = charts.funnel(stages, rate=lambda points: f"{points} bp")
    assert [row[2] for row in chart.rows] == ["", "2940 bp", "–", "–", "–"]
    assert chart.wide is not None
    assert len(chart.wide.links) == 2
    assert charts.funnel(stages[:1], rate=str).wide is None


@given(st.lists(st.integers(0, 10**6), min_size=2, max_size=8))
def test_the_funnel_stays_in_its_box(counts: list[int]) -> None:
    chart = charts.funnel([Stage(f"Stage {n}", count) for n, count in enumerate(counts)], rate=str)
    for drawing in (chart.wide, chart.narrow):
        assert drawing is not None
        assert all(block.x + block.width <= drawing.width for block in drawing.bars)
        assert all(0 <= x <= drawing.width and 0 <= y <= drawing.height for x, y in points(drawing.links))
        assert apart(list(drawing.texts))


def test_the_heat_map_shades_by_its_edges() -> None:
    drawn = charts.heat(
        ["W1", "W2", "W3"], [Group("A", "24", [34, 35, None]), Group("B", "< 5", Hidden("fewer than five"))]
    )
    assert [(cell.words, cell.step) for cell in drawn.rows[0].cells] == [("34", 0), ("35", 1), ("", None)]
    assert (drawn.rows[1].cells, drawn.rows[1].hidden) == ((), "fewer than five")
    assert drawn.key == ((None, 34), (35, 44), (45, 54), (55, 64), (65, 79), (80, None))
    with pytest.raises(ValueError, match="one value a column"):
        charts.heat(["W1"], [Group("A", "", [1, 2])])
    with pytest.raises(ValueError, match="six shades"):
        charts.heat(["W1"], [], edges=(10, 20))


@given(st.lists(values, max_size=20))
def test_a_spark_stays_in_its_word(course: list[object]) -> None:
    drawn = charts.spark(course)  # type: ignore[arg-type]
    inside = [*points(drawn.pieces), *drawn.lone]
    assert all(3 <= x <= 93 and 3 <= y <= 19 for x, y in inside)
    assert (drawn.end is None) == (not inside)


rungs = st.builds(Rung, st.integers(1, 10**7), st.just("7,310"), words, st.booleans())


@given(
    st.lists(rungs, min_size=1, max_size=14),
    st.none() | st.integers(1, 10**7),
    st.none() | st.integers(1, 10**7),
)
def test_a_ladder_is_to_scale_with_its_words_apart(
    prices: list[Rung], floor: int | None, target: int | None
) -> None:
    drawn = charts.ladder(prices, floor=floor, target=target)
    assert drawn is not None
    ys = [rung.y for rung in drawn.rungs]
    assert ys == sorted(ys)
    assert all(0 <= y <= drawn.height for y in ys)
    for side in (0, 1):
        texts = [rung.texts[side] for rung in drawn.rungs]
        assert apart(texts)
        assert all(0 <= text.y <= drawn.height for text in texts)
        assert all(text.span[0] >= 0 and text.span[1] <= drawn.width + 1 for text in texts)
    assert all(zone.y >= 0 and zone.y + zone.height <= drawn.height for zone in drawn.zones)
    assert all(a.y + a.height <= b.y + 0.1 for a, b in pairwise(drawn.zones))


def test_the_margin_is_not_drawn_for_those_who_may_not_see_it() -> None:
    drawn = charts.ladder([Rung(860000, "8,600", "list"), Rung(731000, "7,310", "asked", asked=True)])
    assert drawn is not None
    assert [zone.kind for zone in drawn.zones] == [""]
    assert charts.ladder([]) is None


@given(st.integers(-2000, 6000), st.integers(-1000, 3000), st.integers(0, 3000), words, words)
def test_the_strip_keeps_its_order(value: int, floor: int, room: int, low: str, high: str) -> None:
    drawn = charts.strip(value, floor, floor + room, floor_words=low, target_words=high)
    assert 0 < drawn.floor <= drawn.target < 300
    assert 0 < drawn.value < 300
    assert (value >= floor) == (drawn.value >= drawn.floor) or drawn.value == drawn.floor
    assert apart(list(drawn.texts))
    assert all(text.span[0] >= -0.2 and text.span[1] <= 300.2 for text in drawn.texts)


def test_floor_above_target_is_refused() -> None:
    with pytest.raises(ValueError, match="floor lies above"):
        charts.strip(1, 3, 2, floor_words="a", target_words="b")


def test_numbers_are_written_plainly() -> None:
    told = (12345, Decimal("0.5"), Fraction(5, 2), -3, Fraction(4))
    assert [plain(value) for value in told] == ["12,345", "0.5", "2.5", "−3", "4"]


@given(st.fractions(-1000, 1000))
def test_a_tenth_is_the_nearest(value: Fraction) -> None:
    assert abs(Fraction(str(tenth(value))) - value) <= Fraction(1, 20)


@given(st.text(max_size=30), st.floats(12, 200))
def test_words_are_cut_to_their_room(told: str, room: float) -> None:
    assert width_of(cut(told, room)) <= room or told == ""
