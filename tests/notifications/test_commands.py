"""A person is told once, in the portal and by mail, and never of what he did himself."""

from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from portal.access.viewer import SYSTEM
from portal.approvals.flow import REMINDER
from portal.core import clock, outbox
from portal.core.db import db, unit_of_work
from portal.core.outbox import Outbox
from portal.notifications import queries
from portal.notifications.commands import mark_read, notify
from portal.notifications.models import Notification
from portal.web.mail import init_mail
from tests import making
from tests.cast import person


@pytest.fixture
def still(both_apps: Flask) -> Iterator[Flask]:
    """On both databases, on a Monday at nine."""
    with clock.at(making.MONDAY):
        yield both_apps


def tell(username: str = "rep", key: str = "k", by: str = "manager", path: str = "/price-requests/1") -> bool:
    with unit_of_work():
        actor = making.viewer(by) if by else SYSTEM
        return notify(
            person(username).id,
            REMINDER,
            path=path,
            effect_key=key,
            by=actor,
            title="PR-1 · 金禾",
            due=making.MONDAY,
        )


def test_the_same_effect_is_told_once_to_each(still: Flask) -> None:
    assert [tell(), tell(), tell("colleague"), tell(key="other")] == [True, False, True, True]
    db.session.rollback()
    keys = set(db.session.execute(select(Outbox.effect_key)).scalars())
    assert keys == set(db.session.execute(select(Notification.effect_key)).scalars())
    assert len(keys) == 3


def test_the_newest_comes_first_whatever_was_written_when(still: Flask) -> None:
    days = (3, 5, 1, 4, 2)
    for day in days:
        with clock.at(making.MONDAY + timedelta(days=day)):
            tell(key=f"of day {day}")
    rep = person("rep").id
    told = queries.inbox(rep)
    assert [one.at.day - making.MONDAY.day for one in told] == [5, 4, 3, 2, 1]
    assert queries.inbox(rep, before=told[1].id) == told[2:]
    assert queries.inbox(rep, before=told[1].id + 100) == []


def test_of_many_who_tell_the_same_one_does(still: Flask) -> None:
    assert sorted(making.at_once(still, *[tell] * 6)) == [False] * 5 + [True]


def test_nobody_is_told_of_his_own_act(still: Flask) -> None:
    assert not tell("manager", by="manager")
    assert tell("manager", by="")


def test_a_value_that_the_notice_does_not_know_is_a_fault_of_the_program(app: Flask) -> None:
    with unit_of_work(), pytest.raises(TypeError, match="does not know"):
        notify(1, REMINDER, path="/", effect_key="k", by=SYSTEM, colour="red")


def test_notices_are_read_by_path_or_all_and_only_ones_own(still: Flask) -> None:
    rep, colleague = making.viewer("rep"), making.viewer("colleague")
    for key, path in (("a", "/price-requests/1"), ("b", "/price-requests/1"), ("c", "/tasks/1")):
        tell(key=key, path=path)
    tell("colleague", key="a")
    with unit_of_work():
        assert mark_read(path="/price-requests/1", by=rep) == 2
        assert mark_read(path="/price-requests/1", by=rep) == 0
    assert (queries.count_new(rep.id), queries.count_new(colleague.id)) == (1, 1)
    with unit_of_work():
        assert mark_read(by=rep) == 1
    assert queries.count_new(colleague.id) == 1


def test_the_inbox_is_read_on_from_the_last_one_shown(still: Flask) -> None:
    rep = person("rep").id
    for number in range(7):
        tell(key=str(number))
    first = queries.inbox(rep, limit=5)
    rest = queries.inbox(rep, before=first[-1].id, limit=5)
    ids = [notice.id for notice in (*first, *rest)]
    assert ids == sorted(ids, reverse=True)
    assert len(set(ids)) == 7


@pytest.mark.parametrize(("lang", "says"), [("en", "still waits for your decision"), ("zh", "PR-1 · 金禾")])
def test_the_mail_speaks_the_language_of_its_reader(still: Flask, lang: str, says: str) -> None:
    with unit_of_work():
        person("rep").lang = lang
    tell()
    init_mail(still)  # of the applications of this process, this one
    assert outbox.deliver(clock.now()) == 1
    mail = read_mail(still)
    assert says in mail.get_content()
    assert mail["To"] == "rep@example.com"
    assert "/price-requests/1" in mail.get_content()
    assert ("still waits" in mail["Subject"]) == (lang == "en")


def test_who_was_shut_out_gets_no_mail(still: Flask) -> None:
    tell(key="shut-out")
    with unit_of_work():
        person("rep").active = False
    init_mail(still)
    folder = still.extensions["settings"].folder / "mail"
    before = sorted(folder.glob("*.eml"))
    assert outbox.deliver(clock.now()) == 1
    assert sorted(folder.glob("*.eml")) == before


def read_mail(app: Flask) -> EmailMessage:
    folder: Path = app.extensions["settings"].folder / "mail"
    newest = max(folder.glob("*.eml"), key=lambda file: file.stat().st_mtime_ns)
    return message_from_bytes(newest.read_bytes(), _class=EmailMessage, policy=default)
