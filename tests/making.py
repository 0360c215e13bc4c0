"""Objects for the tests, made through the commands of the rooms. Call inside `with unit_of_work():`.

`MONDAY` is a working moment (09:00 in Shanghai); most tests begin there: `with clock.at(MONDAY): ...`.
"""

import threading
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from flask import Flask
from sqlalchemy import select

from portal.access.viewer import SYSTEM, Viewer
from portal.approvals.commands import publish_policy
from portal.approvals.models import Approval, ApprovalPolicy, ApprovalSeat
from portal.approvals.queries import approvals_of, open_seat
from portal.approvals.rules import BELOW, MANAGER, Step
from portal.calendars.commands import create_calendar
from portal.calendars.models import Calendar
from portal.core import clock
from portal.core.batches import Batch
from portal.core.db import db
from portal.customers.commands import Card, create_account
from portal.customers.models import Account
from portal.identity.models import Team
from portal.identity.queries.viewers import viewer_of
from portal.imports import commands as imports
from portal.imports import queries as imported
from portal.incentives import commands as incentives
from portal.incentives.models import Entry, RuleVersion
from portal.incentives.queries import Case, latest
from portal.measures.models import FigureRow
from portal.pilots import commands as pilots
from portal.pilots.models import Pilot
from portal.prices import commands as prices
from portal.prices.models import PriceRequest
from portal.prices.queries import KIND, Named
from portal.products.commands import put_product
from portal.products.models import Product
from portal.programmes import commands as programmes
from portal.programmes.models import Barrier, Goal, Programme
from portal.training.commands import courses, learning
from portal.training.models import Assignment, Attempt, Certificate, Choice, Course
from tests.cast import person

MONDAY = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
OFFICE_HOURS = ((540, 720), (780, 1080))
STEPS = (Step(1, MANAGER, 120), Step(2, "role:finance", 240, "margin", BELOW, 2500))
"""The manager within 120 working minutes; finance within 240 where the margin is below 25 %."""
_numbers = count(1)


def viewer(username: str) -> Viewer:
    """One of the cast as the viewer that he is today."""
    return viewer_of(person(username))


def calendar() -> Calendar:
    """Nine to six with an hour of lunch, Monday to Friday; the house's oldest calendar is everybody's."""
    return create_calendar(
        name=f"Office {next(_numbers)}", zone="Asia/Shanghai", weekly=(OFFICE_HOURS,) * 5 + ((),) * 2,
        confirmed_until=date(2027, 12, 31), by=SYSTEM,
    )  # fmt: skip


def policy(steps: Sequence[Step] = STEPS) -> ApprovalPolicy:
    """The next version of the policy of special prices."""
    return publish_policy(KIND, steps, by=SYSTEM)


def account(owner: str = "rep", name: str = "", **card: Any) -> Account:
    """A customer for whom one of the cast is answerable."""
    return create_account(
        Card(name=name or f"Customer {next(_numbers):04d}", **card), by=viewer(owner), another=True
    )


def product(name: str = "", *, price: int = 10_000_00, cost: int | None = 6_000_00, **more: Any) -> Product:
    """A product; price and cost in fen."""
    code = f"P-{next(_numbers):04d}"
    told: dict[str, Any] = {"code": code, "name": name or f"Pump {code}", "currency": "CNY"} | more
    return put_product(list_price_minor=price, cost_minor=cost, by=SYSTEM, **told)[0]


def house() -> None:
    """What has to stand before a request can be sent: a calendar and a policy."""
    calendar()
    policy()


def terms(
    asked: int = 9_000_00, *, of: Account | None = None, thing: Product | None = None, **more: Any
) -> prices.Terms:
    """What a request asks for. Of a product at 10,000 that costs 6,000, finance decides with under 8,000."""
    of, thing = of or account(), thing or product()
    return prices.Terms(Named(of.id), Named(thing.id), asked, **more)


def draft(by: str = "rep", asked: int = 9_000_00, *, owner: str = "", **more: Any) -> PriceRequest:
    """A draft of one of the cast for a customer of his; `owner`: for whom he types it in."""
    more.setdefault("of", account(by))
    asked_by_id = person(owner).id if owner else None
    return prices.draft(terms(asked, **more), by=viewer(by), asked_by_id=asked_by_id)


def request(by: str = "rep", asked: int = 9_000_00, **more: Any) -> PriceRequest:
    """A request of one of the cast that waits for its first decision."""
    it = draft(by, asked, **more)
    prices.submit(it, version=it.version, by=viewer(by))
    return it


def approval(it: PriceRequest) -> Approval:
    """The newest round of a request, as it stands in the database."""
    db.session.expire_all()
    return approvals_of(KIND, it.id)[0]


def seat(it: PriceRequest) -> ApprovalSeat:
    """The seat that has a request now."""
    found = open_seat(approval(it))
    assert found is not None, "nobody has it"
    return found


def decide(it: PriceRequest, by: str, verdict: str = "approve", note: str = "for a test") -> str:
    """Decide at the version that stands; the state of the approval afterwards."""
    return prices.decide(it, verdict=verdict, note=note, version=approval(it).version, by=viewer(by))


def written_file(content: str = "product,sales_price\nSeal,1\n", kind: str = "products") -> Batch:
    """A file that an administrator has taken in."""
    checked = imported.check_bytes(kind, content.encode(), f"{kind}.csv", accept_suggestions=True)
    it = imports.stage(checked, file_name=f"{kind}.csv", sha256="0" * 64, accepts_suggestions=True, by=viewer("admin"))
    return imports.write(it, checked, currency="CNY", version=it.version, by=viewer("admin"))


def at_once(app: Flask, *acts: Callable[[], Any]) -> list[Any]:
    """Run each act in a thread and application context of its own, all let go in the same instant.

    The answers stand in the order of the acts; an exception is an answer. Threads see the clock of the test.
    """
    barrier = threading.Barrier(len(acts))
    answers: list[Any] = [None] * len(acts)
    frozen = clock._frozen.get()

    def run(number: int, act: Callable[[], Any]) -> None:
        with app.app_context(), clock.at(frozen) if frozen else nullcontext():
            barrier.wait()
            try:
                answers[number] = act()
            except Exception as problem:  # noqa: BLE001  (the test looks at it)
                answers[number] = problem
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def course(name: str = "", *, tries: int = 0, minutes: int = 0, draw: int = 0) -> Course:
    """A published course: two lessons, two questions whose first choice is right, 75 % to pass."""
    trainer = viewer("trainer")
    it = courses.create_course(name=name or f"Course {next(_numbers)}", name_zh="课程", by=trainer)
    edition = courses.latest(it.id)
    for number in (1, 2):
        told = courses.LessonText(f"Lesson {number}", "课文", "Read **this**.", "请读**这里**。")
        courses.add_lesson(edition, told=told, version=edition.version, by=trainer)
        asked = courses.QuestionText(
            f"Question {number}?", "题目？", ["Right", "Wrong"], ["对", "错"], right=1
        )
        courses.add_question(edition, told=asked, version=edition.version, by=trainer)
    limits = {"least_percent": 75, "draw": draw, "tries": tries, "minutes": minutes}
    courses.set_rules(edition, **limits, version=edition.version, by=trainer)
    courses.publish(edition, version=edition.version, by=trainer)
    return it


def assignment(who: str = "rep", of: Course | None = None, due: date | None = None) -> Assignment:
    """A course that one of the cast has to take."""
    return learning.assign(of or course(), people=[person(who).id], due_day=due, by=viewer("trainer"))[0]


def all_read(it: Assignment, who: str = "rep") -> None:
    """Every lesson of it is read."""
    for lesson in it.edition.lessons:
        learning.read_lesson(it, lesson, by=viewer(who))


def answers(attempt: Attempt, right: bool = True) -> dict[int, int]:
    """What to choose in a try, all right or all wrong."""
    chosen = select(Choice.question_id, Choice.id).where(
        Choice.question_id.in_([question for question, _choices in attempt.drawn]), Choice.right.is_(right)
    )
    return {question: choice for question, choice in db.session.execute(chosen)}  # noqa: C416


def passed(who: str = "rep", of: Course | None = None) -> dict[str, Any]:
    """A course that one of the cast has passed: the assignment, the try, the certificate."""
    it = assignment(who, of)
    all_read(it, who)
    attempt = learning.open_try(it, by=viewer(who))
    learning.hand_in(attempt, given=answers(attempt), by=viewer(who))
    proof = db.session.query(Certificate).filter_by(assignment_id=it.id).one()
    return {"assignment": it, "attempt": attempt, "certificate": proof}


def rule(starts_on: date, *, of: Course | None = None, published: bool = True) -> RuleVersion:
    """A rule for reps: the course passed within 14 days, four active weeks of eight, 100 points."""
    keeper = viewer("pm")
    it = incentives.create_rule(
        name="Learn and use", name_zh="学了就用", course_id=(of or course()).id, days=14, weeks=4, among=8,
        points=100, roles=["rep"], text="So that it pays.", text_zh="让学习见效。", starts_on=starts_on, by=keeper,
    )  # fmt: skip
    edition = latest(it.id)
    if published:
        incentives.publish(edition, version=edition.version, by=keeper)
    return edition


def booking(who: str, *, of: RuleVersion) -> Entry:
    """Points that one of the cast has earned by a rule."""
    weeks = [
        of.starts_on - timedelta(days=of.starts_on.weekday()) + timedelta(weeks=number)
        for number in range(1, 9)
    ]
    case = Case(person(who).id, of.starts_on, of.starts_on, frozenset(weeks))
    incentives.evaluate(of, case, clock.now() + timedelta(weeks=20))
    return db.session.query(Entry).filter_by(person_id=case.person_id).order_by(Entry.id.desc()).first()


def programme() -> Programme:
    """A programme of two years that has been running since the summer."""
    return programmes.create_programme(
        name=f"Rollout {next(_numbers)}", name_zh="推行", purpose="Answers one can rely on.", starts_on=date(2026, 6, 1),
        ends_on=date(2028, 5, 31), owner_id=person("pm").id, by=viewer("pm"),
    )  # fmt: skip


def barrier(of: Programme | None = None, owner: str = "manager") -> Barrier:
    """An open barrier that somebody, by default the manager, has to clear."""
    return programmes.note_barrier(
        of or programme(), text="Typing takes longer", obstacle="resistance", team_id=None, mitigation="", by=viewer("pm"),
        owner_id=person(owner).id, due_on=date(2026, 12, 1),
    )  # fmt: skip


def goal(of: Programme | None = None) -> Goal:
    """From 14.2 to 4 working hours."""
    return programmes.set_goal(
        of or programme(), kind="efficiency", name="Price answer", unit="hours", baseline=1420, target=400, actual=None,
        owner_id=person("pm").id, due_on=date(2027, 9, 1), by=viewer("pm"),
    )  # fmt: skip


def plan(of: Programme | None = None, *, starts_on: date | None = None, **told: Any) -> Pilot:
    """A pilot of three new teams against five others, run by the project manager, answered for by the executive.

    It starts on the Monday two weeks after that of today, unless another is named.
    """
    today = clock.today("Asia/Shanghai")
    teams = [Team(name=f"Team {next(_numbers)}", kind="sales") for _number in range(8)]
    db.session.add_all(teams)
    db.session.flush()
    behind = f" {more + 1}" if (more := db.session.query(Pilot).count()) else ""
    given = {
        "name": f"Coaching{behind}", "name_zh": f"辅导{behind}", "problem": "Histories live in notebooks.", "area": "The East",
        "chosen": "Drawn by lot.",
        "starts_on": starts_on or today + timedelta(days=14 - today.weekday()), "baseline_weeks": 4, "weeks": 4, "ramp_in": 0,
        "extension_weeks": 2, "use_percent": 60, "contamination_percent": 50, "owner_id": person("pm").id,
        "sponsor_id": person("executive").id, "pilot_teams": [one.id for one in teams[:3]],
        "comparison_teams": [one.id for one in teams[3:]], "primary": ("talks_per_person", 100),
        "guardrail": ("answer_time", 60),
    }  # fmt: skip
    return pilots.create_pilot(of or programme(), by=viewer("pm"), **given | told)


def signed(it: Pilot) -> Pilot:
    """The same with both signatures."""
    for username in ("pm", "executive"):
        pilots.sign(it, version=it.version, by=viewer(username))
    return it


def weeks_of(it: Pilot, values: dict[str, tuple[float, float]], *, use: float = 0.8, people: int = 20) -> None:
    """Figures of all weeks of a pilot: by side, talks a person before and in it; a little spread; use as asked."""
    weeks = it.baseline_weeks + it.weeks + it.extension_weeks
    for place, one in enumerate(it.teams):
        for number in range(weeks):
            day = it.begins_on + timedelta(days=7 * number + 6)
            after = number >= it.baseline_weeks
            level = values[one.side][after] + 0.1 * place + 0.05 * (number % 3) + 0.06 * after * (3 * place % 5)
            share = use if one.side == "pilot" else 0.2
            for key, value, numerator, denominator in (
                ("talks_per_person", round(level * 100), round(level * people), people),
                ("weekly_use", round(share * 10_000), round(share * people), people),
                ("answer_time", 200 + 10 * place + (7 * number + 5 * place) % 11, None, None),
                ("eligible", people, people, None),
            ):
                db.session.add(
                    FigureRow(measure=key, definition=1, grain="team", group_id=one.team_id, as_of=day, people=people,
                              value=value, numerator=numerator, denominator=denominator, state="shown", extra={})
                )  # fmt: skip
    db.session.flush()
