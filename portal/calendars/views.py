"""Pages of the calendars: the list, one year of one of them, and what an administrator changes."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from babel.dates import format_date, get_day_names, get_month_names
from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from portal.calendars import commands, queries
from portal.calendars.forms import WEEK, ConfirmForm, DayForm, EditForm, LoadForm, RemovalForm, zones
from portal.calendars.models import Calendar, CalendarDay
from portal.calendars.rules import KINDS, Announced, week_lines, write_hours
from portal.core import clock
from portal.web.answers import done, page
from portal.web.formats import day as written_day
from portal.web.formats import lang
from portal.web.pages import Pages, viewer

pages = Pages("calendars", __name__)


@pages.get("/calendars", may="calendars.see")
def index() -> ResponseReturnValue:
    """The working-time calendars."""
    today = clock.today(viewer().zone)
    return page(
        "calendars/index.html",
        calendars=[(it, week(it.weekly), it.ends_soon(today)) for it in queries.listed()],
    )


@pages.get("/calendars/new", may="calendars.edit")
def new(form: EditForm | None = None, status: int = 200) -> ResponseReturnValue:
    """Begin a calendar."""
    return page("calendars/edit.html", status, it=None, form=form or EditForm(), zones=zones())


@pages.post("/calendars", may="calendars.edit", form=EditForm, back=new)
def create(form: EditForm) -> ResponseReturnValue:
    """Create a calendar with the holidays of last year, this year and the next."""
    it = commands.create_calendar(**form.calendar(), by=viewer())
    return done(".show", id=it.id, say=_("%(name)s is created.", name=it.shown(lang())))


@pages.get("/calendars/<int:id>", may="calendars.see", on=Calendar)
def show(it: Calendar, form: DayForm | None = None, status: int = 200) -> ResponseReturnValue:
    """One year of a calendar, its hours, and up to when it is certain."""
    year = queries.shown(it, wanted_year(it))
    shown = {"it": it, "year": year, "week": week(it.weekly), "form": form or DayForm()}
    return page("calendars/show.html", status, **shown, **words())


@pages.post("/calendars/<int:id>/days", may="calendars.edit", on=Calendar, form=DayForm, back=show)
def set_day(it: Calendar, form: DayForm) -> ResponseReturnValue:
    """Say that the week does not count on a day, or on several in a row."""
    given = form.given()
    count = commands.set_day(it, **given, by=viewer())
    kind = KINDS[given["kind"]]
    names = {"day": written_day(given["day"]), "what": _(kind)}
    say = ngettext("%(day)s: %(what)s.", "%(num)s days from %(day)s: %(what)s.", count, **names)
    return done(".show", id=it.id, year=given["day"].year, say=say)


@pages.post("/calendars/<int:id>/days/removal", may="calendars.edit", on=Calendar, form=RemovalForm)
def clear_day(it: Calendar, form: RemovalForm) -> ResponseReturnValue:
    """Let the hours of the week count again on a day."""
    day = form.given()["day"]
    commands.clear_day(it, day=day, by=viewer())
    say = _("The hours of the week count again on %(day)s.", day=written_day(day))
    return done(".show", id=it.id, year=day.year, say=say)


@pages.get("/calendars/<int:id>/hours", may="calendars.edit", on=Calendar)
def edit(it: Calendar, form: EditForm | None = None, status: int = 200) -> ResponseReturnValue:
    """Change the name, the place and the hours of the week."""
    form = form or EditForm(obj=it, data=dict(zip(WEEK, it.weekly, strict=True)))
    form.meets(it.version)
    return page("calendars/edit.html", status, it=it, form=form, week=week(it.weekly), zones=zones())


@pages.post("/calendars/<int:id>/hours", may="calendars.edit", on=Calendar, form=EditForm, back=edit)
def save(it: Calendar, form: EditForm) -> ResponseReturnValue:
    """Keep the changed name, place and hours."""
    commands.edit_calendar(it, **form.calendar(), version=form.version.data, by=viewer())
    return done(".show", id=it.id, say=_("%(name)s is saved.", name=it.shown(lang())))


@pages.get("/calendars/<int:id>/confirmation", may="calendars.edit", on=Calendar)
def confirmation(it: Calendar, form: ConfirmForm | None = None, status: int = 200) -> ResponseReturnValue:
    """Ask up to which day the calendar is certain."""
    year_end = date(it.confirmed_until.year + 1, 12, 31)
    return page("calendars/confirm.html", status, it=it, form=form or ConfirmForm(until=year_end))


@pages.post(
    "/calendars/<int:id>/confirmation", may="calendars.edit", on=Calendar, form=ConfirmForm, back=confirmation
)
def confirm(it: Calendar, form: ConfirmForm) -> ResponseReturnValue:
    """Say up to which day the calendar is certain."""
    until = form.given()["until"]
    commands.confirm_until(it, until=until, by=viewer())
    return done(".show", id=it.id, say=_("Confirmed up to %(day)s.", day=written_day(until)))


@pages.get("/calendars/<int:id>/holidays", may="calendars.edit", on=Calendar)
def holidays(it: Calendar, form: LoadForm | None = None, status: int = 200) -> ResponseReturnValue:
    """Preview of a year in the holiday table: what loading it would change."""
    year = wanted_year(it, otherwise=it.confirmed_until.year + 1)
    loading = queries.loading(it, year)
    shown = {"it": it, "loading": loading, "rows": told(loading), "form": form or LoadForm(year=year)}
    return page("calendars/holidays.html", status, **shown)


@pages.post("/calendars/<int:id>/holidays", may="calendars.edit", on=Calendar, form=LoadForm, back=holidays)
def load(it: Calendar, form: LoadForm) -> ResponseReturnValue:
    """Load a year from the holiday table."""
    loading = commands.seed_year(it, **form.given(), by=viewer())
    told = {"num": loading.changes, "year": loading.year}
    say = ngettext("One day of %(year)s is changed.", "%(num)s days of %(year)s are changed.", **told)
    return done(".show", id=it.id, year=loading.year, say=say)


def wanted_year(it: Calendar, otherwise: int = 0) -> int:
    """The year that the address names; else `otherwise`, else the present one where the calendar is."""
    asked = request.args.get("year", type=int)
    return asked if asked and 2000 <= asked <= 2100 else otherwise or clock.today(it.zone).year


def told(loading: queries.Loading) -> list[tuple[date, str, str]]:
    """What loading a year does to each day: the day, its name, and what happens to it."""
    acts: list[tuple[Sequence[Announced | CalendarDay], str]] = [
        (loading.known, ""),
        (loading.added, _("is added")),
        (loading.changed, _("is changed")),
        (loading.removed, _("is removed: the table no longer has it")),
        (loading.kept, _("stays as it was entered by hand")),
    ]
    lines = {one.day: (one.day, named(one), act) for days, act in acts for one in days}
    return [lines[on] for on in sorted(lines)]


def named(one: Announced | CalendarDay) -> str:
    """What a single day is called; its kind if it has no name."""
    return one.shown(lang()) or _(KINDS[one.kind])


def words() -> dict[str, Any]:
    """Names of days and months, and hours, as the reader writes them."""
    locale = get_locale()
    return {
        "weekdays": get_day_names("abbreviated", locale=locale),
        "letters": get_day_names("narrow", locale=locale),
        "month_names": get_month_names("wide", context="stand-alone", locale=locale),
        "hours": hours,
        "kinds": {key: _(label) for key, label in KINDS.items()},
        "short": lambda on: format_date(on, "M月d日" if lang() == "zh" else "d MMM", locale=locale.language),
    }


def hours(those: Any) -> str:
    """Hours as the reader writes them."""
    return write_hours(those, "、" if lang() == "zh" else ", ")


def week(weekly: Any) -> list[tuple[str, str]]:
    """The week in a few lines: `Mon–Fri` with its hours, `Sat–Sun` with `off work`."""
    names = get_day_names("abbreviated", locale=get_locale())
    dash = "至" if lang() == "zh" else "–"
    return [
        (
            names[first] if first == last else f"{names[first]}{dash}{names[last]}",
            hours(those) or _("off work"),
        )
        for first, last, those in week_lines(weekly)
    ]
