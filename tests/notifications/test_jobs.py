"""Who is given another password, second factor, sign-in link or role is told, in the portal and by mail, once."""

import shutil
from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes, policy

import pyotp
import pytest
from flask import Flask
from sqlalchemy import select

from portal.access.viewer import SYSTEM
from portal.core import clock, outbox
from portal.core.db import db, unit_of_work
from portal.core.flow import Channel
from portal.core.outbox import Outbox
from portal.identity.commands import factors, links, passwords, people
from portal.identity.models import RoleGrant
from portal.identity.rules import totp_secret
from portal.notifications.jobs import tell_of_access
from portal.notifications.models import Notification
from portal.web.mail import init_mail
from tests import making
from tests.cast import SINCE, person

KEY = "key"


def set_password(by: str) -> None:
    it = person("rep")
    passwords.set_password(it, password_hash="x", keep=None, by=making.viewer(by))


def turn_on(by: str) -> None:
    it, seed = person("rep"), factors.new_seed()
    code = pyotp.TOTP(totp_secret(seed, person_id=it.id, key=KEY)).at(clock.now())
    factors.turn_on(it, seed=seed, code=code, key=KEY, by=making.viewer(by))


def turn_off(by: str) -> None:
    factors.turn_off(person("rep"), by=making.viewer(by))


def make_link(by: str) -> None:
    links.make_link(person("rep"), by=making.viewer(by))


def give_role(by: str) -> None:
    people.grant_role(person("rep"), "trainer", since=SINCE, by=making.viewer(by))


def take_role(by: str) -> None:
    it = person("rep")
    grant = db.session.execute(select(RoleGrant).where(RoleGrant.person_id == it.id)).scalar_one()
    people.revoke_role(it, grant, until=SINCE + timedelta(days=30), by=making.viewer(by))


def told() -> list[tuple[str, str]]:
    """Whom the notices tell what."""
    db.session.rollback()
    found = db.session.execute(select(Notification).order_by(Notification.id)).scalars()
    return [(str(one.person_id), one.kind) for one in found]


@pytest.mark.parametrize(
    ("act", "by", "kind"),
    [
        (set_password, "rep", "access.password_set"),
        (turn_on, "rep", "access.factor_on"),
        (turn_off, "rep", "access.factor_off"),
        (turn_off, "admin", "access.factor_off"),
        (make_link, "admin", "access.link_issued"),
        (give_role, "admin", "access.role_granted"),
        (take_role, "admin", "access.role_revoked"),
    ],
)
def test_somebody_is_told_what_was_done_to_his_access(
    both_apps: Flask, act: Callable[[str], None], by: str, kind: str
) -> None:
    with unit_of_work():
        act(by)
    assert tell_of_access(clock.now()) == 1
    assert tell_of_access(clock.now()) == 0
    assert told() == [(str(person("rep").id), kind)]
    mail = db.session.execute(select(Outbox)).scalar_one()
    assert (mail.carrier, mail.person_id) == ("mail", person("rep").id)


def test_a_new_address_is_told_at_the_old_one_and_at_the_new(both_apps: Flask) -> None:
    with unit_of_work():
        it = person("rep")
        people.edit_person(it, version=it.version, email="w.lei@example.com", by=making.viewer("admin"))
    assert tell_of_access(clock.now()) == 1
    assert tell_of_access(clock.now()) == 0
    assert told() == [(str(person("rep").id), "access.email_changed")]
    init_mail(both_apps)  # of the applications of this process, this one
    folder = both_apps.extensions["settings"].folder / "mail"
    shutil.rmtree(folder, ignore_errors=True)  # tests before this one have written there
    assert outbox.deliver(clock.now()) == 2
    mails = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in folder.iterdir()]
    assert sorted(mail["To"] for mail in mails) == ["rep@example.com", "w.lei@example.com"]
    assert {mail["Subject"] for mail in mails} == {
        "Zhou Hui changed the address that your mail goes to. If that was not you, tell an administrator at once."
    }
    kept = db.session.execute(select(Outbox.values)).scalars().all()
    assert "rep@example.com" not in str(kept), "an address that mail left is kept nowhere in the outbox"


def test_a_first_address_is_told_there_alone(app: Flask) -> None:
    with unit_of_work():
        it = person("rep")
        it.email = ""
        people.edit_person(it, version=it.version, email="w.lei@example.com", by=making.viewer("admin"))
    assert tell_of_access(clock.now()) == 1
    assert len(db.session.execute(select(Outbox)).scalars().all()) == 1


def test_files_and_the_command_line_tell_nobody_and_what_is_old_is_left(app: Flask) -> None:
    with unit_of_work():
        people.grant_role(person("rep"), "trainer", since=SINCE, by=SYSTEM)
        people.grant_role(person("rep"), "pm", since=SINCE, by=making.viewer("admin").by(Channel.IMPORT))
    with clock.at(clock.now() - timedelta(days=4)), unit_of_work():
        give_role_of("service")
    assert tell_of_access(clock.now()) == 0
    assert told() == []


def give_role_of(role: str) -> None:
    people.grant_role(person("rep"), role, since=SINCE, by=making.viewer("admin"))


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [("en", "Zhou Hui gave you the role Trainer from"), ("zh", "周慧授予你“培训师”角色，自")],
)
def test_the_notice_reads_well_in_both_languages(client_for, lang: str, sentence: str) -> None:
    with unit_of_work():
        give_role("admin")
    tell_of_access(clock.now())
    assert sentence in client_for("rep", lang).get("/notifications").get_data(as_text=True)
