"""Three courses of the demo, who had to take them, and how they did; the rule that rewards learning and using."""

from datetime import datetime, timedelta
from random import Random

from sqlalchemy import select

from portal.access.viewer import Viewer
from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.demo.house import HISTORY, PEOPLE, colleagues
from portal.demo.names import chance
from portal.demo.texts import LESSONS, NAMES, QUESTIONS, RULE
from portal.demo.work import PILOT_TEAMS, go_live
from portal.identity.models import Person
from portal.identity.queries.viewers import viewer_of
from portal.incentives import commands as incentives
from portal.incentives import queries as rules
from portal.training.commands import courses, learning
from portal.training.models import Assignment, Choice, Course


def build() -> int:
    """Write the courses, give them to people, let those take them who did; how many assignments."""
    today = clock.today("Asia/Shanghai")
    people = {it.username: viewer_of(it) for it in db.session.execute(select(Person)).scalars()}
    trainer = people["trainer"]
    now = clock.now()
    start = now - timedelta(days=(today - go_live(today)).days)
    everybody = [(one, team, role) for one, _n, _zh, role, team in (*PEOPLE, *colleagues())]
    with clock.at(now - HISTORY + timedelta(days=3)), unit_of_work():
        made = [_write(number, trainer) for number in range(len(NAMES))]
    with clock.at(start - timedelta(days=24)), unit_of_work():
        keeper = people["pm"]
        starts_on = clock.today(keeper.zone) + timedelta(days=10)
        rule = incentives.create_rule(course_id=made[1].id, starts_on=starts_on, by=keeper, **RULE)
        draft = rules.latest(rule.id)
        incentives.publish(draft, version=draft.version, by=keeper)
    with clock.at(start - timedelta(days=20)), unit_of_work():
        for username, _team, role in everybody:
            if role == "rep" and username not in ("rep2", "rep2.south"):
                incentives.acknowledge(draft, version=draft.version, by=people[username])
    random = chance("learning")
    sold = [one for one, team, role in everybody if role in ("rep", "manager", "service")]
    pilot = [one for one, team, role in everybody if team in PILOT_TEAMS]
    given = _give(made[0], sold, now - HISTORY + timedelta(days=6), 14, 0.88, people, random)
    given += _give(made[1], pilot, start - timedelta(days=5), 14, 0.93, people, random)
    with clock.at(now - timedelta(days=4)), unit_of_work():
        late = [people[one].id or 0 for one in ("rep", "rep2", "employee", "service", "rep.south", "manager")]
        given += len(learning.assign(made[2], people=late, due_day=today + timedelta(days=4), by=trainer))
    return given


def _write(number: int, trainer: Viewer) -> Course:
    name, name_zh = NAMES[number]
    it = courses.create_course(name=name, name_zh=name_zh, by=trainer)
    draft = courses.latest(it.id)
    for lesson in LESSONS[number]:
        courses.add_lesson(draft, told=lesson, version=draft.version, by=trainer)
    for question in QUESTIONS[number]:
        courses.add_question(draft, told=question, version=draft.version, by=trainer)
    courses.publish(draft, version=draft.version, by=trainer)
    return it


def _give(
    course: Course, usernames: list[str], at: datetime, days: int, share: float, people: dict[str, Viewer], random: Random
) -> int:  # fmt: skip
    """Give a course to people; `share` of them, and all of the contract, take it within three weeks, some at the second try."""
    with clock.at(at), unit_of_work():
        ids = [people[one].id or 0 for one in usernames]
        due = clock.today("Asia/Shanghai") + timedelta(days=days)
        given = learning.assign(course, people=ids, due_day=due, by=people["trainer"])
    by_id = {one.id: one for one in people.values()}
    sure = {people[username].id for username, *_rest in PEOPLE}
    with unit_of_work() as session:
        for one in given:
            if random.random() < share or one.person_id in sure:
                it = session.get_one(Assignment, one.id)
                moment = at + timedelta(
                    days=min(1 + int(random.expovariate(1 / 4)), 20), minutes=random.randint(0, 400)
                )
                _take(it, by_id[it.person_id], moment, random)
    return len(given)


def _take(it: Assignment, by: Viewer, at: datetime, random: Random) -> None:
    with clock.at(min(at, clock.now() - timedelta(hours=2))):
        for lesson in it.edition.lessons:
            learning.read_lesson(it, lesson, by=by)
        for right in (False, True) if random.random() < 0.18 else (True,):
            attempt = learning.open_try(it, by=by)
            numbers = [question for question, _choices in attempt.drawn]
            rows = select(Choice.question_id, Choice.id).where(
                Choice.question_id.in_(numbers), Choice.right.is_(right)
            )
            learning.hand_in(
                attempt, given={row.question_id: row.id for row in db.session.execute(rows)}, by=by
            )
