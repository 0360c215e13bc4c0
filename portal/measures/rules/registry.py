"""Every measure with its definition. docs/measures.md is made from here."""

from portal.core.words import N_
from portal.measures.slots import (
    DAY,
    DAYS,
    DOWN,
    FEATURES,
    HUNDREDTHS,
    MINUTES,
    MONTH,
    NEITHER,
    PEOPLE,
    PERCENT,
    RUNNING,
    SOURCES,
    UP,
    WEEK,
    Feature,
    Measure,
)

UNITS = {
    PERCENT: N_("percent"),
    PEOPLE: N_("people"),
    DAYS: N_("days"),
    MINUTES: N_("working minutes"),
    HUNDREDTHS: N_("per person"),
}
DIRECTIONS = {UP: N_("higher is better"), DOWN: N_("lower is better"), NEITHER: N_("neither is better")}
WINDOWS = {
    DAY: N_("the day itself"),
    WEEK: N_("the last whole week, Monday to Sunday"),
    RUNNING: N_("the week of the day, from Monday up to it"),
    MONTH: N_("28 local days up to the day"),
}
"""What a measure's unit, direction and window are called."""

ELIGIBLE, ACTIVE, LOGIN_ONLY, STICKINESS = "eligible", "active", "login_only", "stickiness"
DAU, WAU, MAU = "dau", "wau", "mau"
HABIT, WEEKLY_USE, FIRST_ACTION = "habit", "weekly_use", "first_action"
FEATURE = "feature:"
"""Before the key of a feature: the measure of its use."""

_USE = N_("meaningful use: events of the portal's pages that belong to a feature, by people with a licence")
_PEOPLE = N_("eligible people on the day")

# fmt: off
OWN = (
    Measure(ELIGIBLE, N_("Eligible people"),
            N_("People who hold a licence, whose account is open, who are not on a long leave and whose first 14 days are over. Test accounts are left out."),  # noqa: E501
            PEOPLE, DAY, N_("eligible people on the day"), "", N_("licences, leaves and accounts"), NEITHER),
    Measure(ACTIVE, N_("Active people"),
            N_("The share of eligible people who did real work in the portal at least once in 28 days. Signing in or exporting is no such work."),  # noqa: E501
            PERCENT, MONTH, N_("eligible people with meaningful use in 28 local days"), _PEOPLE, _USE),
    Measure(LOGIN_ONLY, N_("Only looking in"),
            N_("The share of eligible people who used the portal in 28 days, but did no real work in it."),
            PERCENT, MONTH, N_("eligible people with any use but no meaningful one in 28 local days"), _PEOPLE, _USE, DOWN),
    Measure(DAU, N_("People a day"),
            N_("How many eligible people did real work on the day. Counts of several days or teams must not be added: a person would count twice."),  # noqa: E501
            PEOPLE, DAY, N_("eligible people with meaningful use on the day"), "", _USE),
    Measure(WAU, N_("People a week"),
            N_("How many eligible people did real work in the week of the day, from Monday up to the day."),
            PEOPLE, RUNNING, N_("eligible people with meaningful use from Monday up to the day"), "", _USE),
    Measure(MAU, N_("People in 28 days"),
            N_("How many eligible people did real work in 28 days. Four whole weeks hold each weekday four times."),
            PEOPLE, MONTH, N_("eligible people with meaningful use in 28 local days"), "", _USE),
    Measure(STICKINESS, N_("Stickiness"),
            N_("Of the people of 28 days, the share that is there on an average working day. With fewer than ten working days nothing is said."),  # noqa: E501
            PERCENT, MONTH, N_("working days with meaningful use, added over the people of 28 days"),
            N_("working days of the window, added over the people of 28 days"), _USE),
    Measure(HABIT, N_("Habit"),
            N_("The share of eligible people with meaningful use on eight days or more of 28. In months with holidays the eight shrink with the working days and are rounded up."),  # noqa: E501
            PERCENT, MONTH, N_("eligible people with at least so many active days"), _PEOPLE, _USE),
    Measure(WEEKLY_USE, N_("Weekly use"),
            N_("The share of eligible people with meaningful use on three working days or more of a week. In short weeks the three shrink with the working days and are rounded up."),  # noqa: E501
            PERCENT, WEEK, N_("eligible people with meaningful use on at least so many working days of the week"), _PEOPLE, _USE),
    Measure(FIRST_ACTION, N_("Time to first use"),
            N_("The median of the days from a person's licence to the first meaningful use. People who have not got there yet count as waiting, up to the day or the end of their licence (Kaplan and Meier)."),  # noqa: E501
            DAYS, DAY, N_("people who got there"), N_("people who ever held a licence"), _USE, DOWN),
)
# fmt: on


def of_feature(feature: Feature) -> Measure:
    """The measure of a feature's use."""
    return Measure(
        FEATURE + feature.key,
        feature.name,
        N_("The share of the eligible people whose role has this work who did it at least once in 28 days."),
        PERCENT,
        MONTH,
        N_("eligible people whose role has the work and who did it in 28 local days"),
        N_("eligible people whose role has the work"),
        _USE,
    )


def measures() -> dict[str, Measure]:
    """Every measure of the house: its own, one for each feature, and those of the rooms above."""
    rows = [*OWN, *(of_feature(one) for one in FEATURES), *(one.measure for one in SOURCES)]
    return {row.key: row for row in rows}
