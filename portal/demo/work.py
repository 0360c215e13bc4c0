"""Half a year of daily work: talks noted, tasks given and done, days on which somebody only signed in.

How eagerly people use the portal follows the story of the rollout: slow after the courses, and from the start of the
pilot on quickly in its four teams, with a bad fortnight in one of them until its barrier was mended.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from sqlalchemy import select

from portal.access.viewer import Viewer
from portal.calendars.models import Calendar
from portal.calendars.queries import calendar_of
from portal.core import clock, workclock
from portal.core.db import db, unit_of_work
from portal.customers.commands.interactions import record_interaction
from portal.customers.models import Account, AccountMember
from portal.demo.house import HISTORY, JOINED, PEOPLE, colleagues
from portal.demo.names import chance
from portal.demo.texts import TALKS, TASKS
from portal.identity.commands.sessions import sign_in
from portal.identity.models import Person
from portal.identity.queries.viewers import viewer_of
from portal.tasks import commands as tasks

ZONE = ZoneInfo("Asia/Shanghai")
PILOT_TEAMS = ("Suzhou", "Shanghai", "Guangzhou", "Chengdu")
PILOT_WEEKS = 8
"""So many whole weeks of the pilot are behind."""
HURT = ("Chengdu", (3, 4))
"""The team and the weeks of the pilot in which a barrier hurt."""
SOME = 5_000
"""Acts in one unit of work."""


@dataclass(frozen=True)
class Worker:
    """Somebody who works with customers: how eager by nature, in which team, with which customers."""

    person: Person
    viewer: Viewer
    team: str
    role: str
    bent: float
    accounts: tuple[Account, ...]


def first_monday(today: date) -> date:
    """The Monday on which the history begins."""
    return today - HISTORY - timedelta(days=today.weekday())


def go_live(today: date) -> date:
    """The Monday on which the pilot began."""
    return today - timedelta(days=today.weekday(), weeks=PILOT_WEEKS)


def eagerness(team: str, role: str, bent: float, day: date, today: date) -> float:
    """The chance that somebody does real work in the portal on a working day."""
    if role in ("service", "finance"):
        return 0.5 + bent
    weeks = (day - first_monday(today)).days / 7
    since = (day - go_live(today)).days / 7
    base = 0.20 + 0.011 * min(weeks, 18) + bent
    if role == "manager":
        return base
    if since < 0:
        return base
    if team not in PILOT_TEAMS:
        return base + 0.008 * since
    gain = 0.48 * (1 - 0.5 ** (since / 1.4))
    if team == HURT[0] and HURT[1][0] <= since < HURT[1][1] + 1:
        gain -= 0.42
    return base + gain


def build() -> int:
    """Live through the half year, some hundred acts in a unit of work; how many acts."""
    acts = 0
    today = clock.today("Asia/Shanghai")
    with unit_of_work():
        workers = _workers()
        calendar = _calendar()
        days = list(_days(today))
    random = chance("work")
    newest = next(username for username, *_names, team in colleagues() if team == "Shenzhen")
    batch: list[tuple[datetime, Worker, int]] = []
    number = 0
    for day in days:
        if not calendar.hours(day):
            continue
        for one in workers:
            if one.person.username == newest and day < today - JOINED:
                continue
            roll = random.random()
            if roll < eagerness(one.team, one.role, one.bent, day, today):
                batch += [
                    (_moment(day, random), one, number + extra)
                    for extra in range(2 if random.random() < 0.16 else 1)
                ]
                number += 2
            elif roll > 0.94:
                batch.append((_moment(day, random), one, -1))
        if len(batch) >= SOME:
            acts += _live(batch, random)
            batch = []
    return acts + _live(batch, random)


def _live(batch: list[tuple[datetime, Worker, int]], random: Random) -> int:
    now = clock.now()
    done = 0
    with unit_of_work() as session:
        for at, one, number in sorted(batch, key=lambda act: act[0]):
            if at >= now:
                continue
            with clock.at(at):
                _act(one, number, random)
            done += 1
        session.flush()
    return done


def _act(one: Worker, number: int, random: Random) -> None:
    if number < 0:
        sign_in(one.person, way="link", device="Chrome", address="10.0.0.1", instead_of=None, by=one.viewer)
    elif one.role in ("finance", "manager") or number % 23 == 22:
        title = random.choice(TASKS)
        given = tasks.give(title=title, person_id=one.viewer.id, by=one.viewer)
        tasks.finish(given, version=given.version, by=one.viewer)
    else:
        way, text = random.choice(TALKS)
        # Some customers are spoken with often, most now and then.
        place = min(int(random.expovariate(1 / 9)), len(one.accounts) - 1)
        record_interaction(one.accounts[place], way=way, text=text, by=one.viewer)


def _workers() -> list[Worker]:
    random = chance("bents")
    people = {it.username: it for it in db.session.execute(select(Person)).scalars()}
    owned: dict[int, list[Account]] = {}
    rows = select(Account, AccountMember.person_id).join(
        AccountMember, AccountMember.account_id == Account.id
    )
    rows = rows.where(AccountMember.role == "owner").order_by(Account.id)
    for account, person_id in db.session.execute(rows):
        owned.setdefault(person_id, []).append(account)
    every = [one for accounts in owned.values() for one in accounts[:12]]
    found = []
    for username, _name, _zh, role, team in (*PEOPLE, *colleagues()):
        it = people[username]
        if role not in ("rep", "manager", "service", "finance"):
            continue
        accounts = owned.get(it.id) or random.sample(every, 60)
        found.append(Worker(it, viewer_of(it), team, role, random.uniform(-0.12, 0.12), tuple(accounts)))
    return found


def _calendar() -> workclock.Calendar:
    return calendar_of(db.session.execute(select(Calendar.id).order_by(Calendar.id)).scalars().first() or 0)


def _days(today: date) -> Iterator[date]:
    day = first_monday(today)
    while day <= today:
        yield day
        day += timedelta(days=1)


def _moment(day: date, random: Random) -> datetime:
    """Some moment of the office hours."""
    minute = random.choice((random.randint(545, 715), random.randint(785, 1070)))
    return datetime.combine(day, time(minute // 60, minute % 60), ZONE).astimezone(UTC)
