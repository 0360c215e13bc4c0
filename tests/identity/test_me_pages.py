"""One's own pages: settings, language, password, second factor, sessions."""

from datetime import timedelta
from pathlib import Path

import pyotp
import pytest
from sqlalchemy import func, select

from portal.core import clock
from portal.core.db import db, is_writing, unit_of_work
from portal.core.events import Event
from portal.identity.commands import factors, passwords
from portal.identity.models import LoginSession, RecoveryCode
from portal.identity.queries.viewers import viewer_of
from portal.identity.rules import totp_secret
from portal.identity.views import factors as factor_views
from portal.web.security import secret_key
from tests.cast import person

GOOD = "marmalade lifts seven umbrellas"
OTHER = "four quiet otters knit a bridge"
SETTINGS = {"email": "rep@example.com", "lang": "", "zone": "Asia/Shanghai", "theme": "", "density": ""}


@pytest.fixture
def rep(client_for):
    return client_for("rep")


def give_password(username="rep"):
    with unit_of_work():
        it = person(username)
        it.password_hash = passwords.hashed(GOOD, person=it)


def kinds():
    """What has happened since the sign-in."""
    told = db.session.execute(select(Event.kind).order_by(Event.id)).scalars()
    return [kind for kind in told if kind not in ("login_link.issued", "session.started")]


@pytest.mark.parametrize("path", ["/me", "/me/password", "/me/second-factor", "/me/sessions"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_own_pages_are_open_to_everybody_and_to_nobody_unknown(client_for, path, lang):
    assert client_for("employee", lang).get(path).status_code == 200
    assert client_for(None).get(path).status_code == 303


def test_settings_are_kept_and_hold_at_once(rep):
    rep.get("/me?theme=light")
    answer = rep.submit(
        "/me", SETTINGS | {"lang": "zh", "theme": "dark", "density": "compact", "email": "w@example.com"}
    )
    assert answer.headers["Location"] == "/me"
    page = rep.get("/me").get_data(as_text=True)
    assert 'lang="zh-Hans" data-theme="dark" data-density="compact"' in page
    assert "设置已保存。" in page
    assert person("rep").email == "w@example.com"
    assert kinds() == ["person.email_changed"] + ["person.edited"] * 3


def test_settings_that_cannot_be_are_told_and_kept(rep):
    answer = rep.submit("/me", SETTINGS | {"email": "no address", "zone": "Mars/Base"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'value="no address"' in page
    assert 'value="Mars/Base"' in page
    assert "Write an address such as" in page
    assert kinds() == []


def test_settings_touch_nothing_but_settings(rep):
    before = person("rep")
    kept = (before.username, before.name, before.active, before.version)
    rep.submit(
        "/me",
        SETTINGS | {"username": "admin2", "name": "Boss", "active": "", "password_hash": "x", "version": "9"},
    )
    after = person("rep")
    assert (after.username, after.name, after.active, after.version) == (*kept[:3], kept[3] + 1)
    assert after.password_hash == ""


@pytest.mark.parametrize(
    ("onward", "location"), [("/teams?x=1", "/teams?x=1"), ("//evil.example", "/"), ("", "/")]
)
def test_the_language_is_switched_and_the_reader_comes_back(rep, onward, location):
    answer = rep.submit("/me/language", {"lang": "zh", "next": onward})
    assert (answer.status_code, answer.headers["Location"]) == (303, location)
    assert "我在公司" in rep.get("/me").get_data(as_text=True)
    assert kinds() == ["person.language_changed"]


def test_a_language_that_there_is_not(rep):
    assert rep.submit("/me/language", {"lang": "xx", "next": "/"}).status_code == 422
    assert kinds() == []


def test_a_choice_made_before_yields_to_the_setting(rep):
    rep.get("/me?lang=zh")
    rep.submit("/me/language", {"lang": "en", "next": "/me"})
    assert "You in the house" in rep.get("/me").get_data(as_text=True)


def test_a_first_password_needs_none(rep):
    answer = rep.submit("/me/password", {"password": GOOD})
    assert answer.headers["Location"] == "/me"
    assert passwords.owner_of(username="rep", password=GOOD) is not None
    assert kinds() == ["person.password_set", "person.sessions_ended"]


def test_another_password_needs_the_present_one(rep):
    give_password()
    refused = rep.submit("/me/password", {"present": "wrong", "password": OTHER})
    assert refused.status_code == 422
    assert "This is not your present password." in refused.get_data(as_text=True)
    assert OTHER not in refused.get_data(as_text=True)
    assert rep.submit("/me/password", {"present": GOOD, "password": OTHER}).status_code == 303
    assert passwords.owner_of(username="rep", password=OTHER) is not None
    assert passwords.owner_of(username="rep", password=GOOD) is None


def test_a_weak_password_is_refused_with_the_reason(rep):
    answer = rep.submit("/me/password", {"password": "short"})
    assert answer.status_code == 422
    assert "Use at least 15 characters." in answer.get_data(as_text=True)


def test_a_new_password_ends_the_sessions_elsewhere(client_for, rep):
    elsewhere = client_for("rep")
    rep.submit("/me/password", {"password": GOOD})
    assert rep.get("/me").status_code == 200
    assert elsewhere.get("/me").status_code == 303


def test_the_present_password_is_guessed_as_slowly_as_at_the_door(rep):
    give_password()
    with clock.at(clock.now()):
        answers = [
            rep.submit("/me/password", {"present": f"wrong {n}", "password": OTHER}).status_code
            for n in range(6)
        ]
    assert answers == [422] * 5 + [429]


def test_the_same_post_twice_sets_one_password(rep):
    once = "a" * 32
    for _again in range(2):
        assert rep.submit("/me/password", {"password": GOOD}, once=once).status_code == 303
    assert kinds().count("person.password_set") == 1


def seed_of(page):
    return page.get_data(as_text=True).split('name="seed"')[1].split('value="')[1].split('"')[0]


def code_for(seed, username="rep"):
    """What the app of a person shows who has scanned the square of this seed."""
    secret = totp_secret(seed, person_id=person(username).id, key=secret_key())
    return pyotp.TOTP(secret).at(clock.now())


def test_the_second_factor_is_turned_on_by_showing_a_code(rep):
    shown = rep.get("/me/second-factor")
    assert "<svg" in shown.get_data(as_text=True)
    seed = seed_of(shown)
    answer = rep.submit("/me/second-factor", {"seed": seed, "code": code_for(seed)})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "Keep these recovery codes" in page
    codes = page.split('<pre class="pre"')[1].split(">")[1].split("<")[0].split()
    assert len(codes) == 10
    assert all(
        code not in str([vars(row) for row in db.session.execute(select(RecoveryCode)).scalars()])
        for code in codes
    )
    assert "10 recovery codes are left" in rep.get("/me/second-factor").get_data(as_text=True)
    assert kinds() == ["person.factor_on"]


def test_a_wrong_code_shows_the_same_square_again(rep):
    seed = seed_of(rep.get("/me/second-factor"))
    answer = rep.submit("/me/second-factor", {"seed": seed, "code": "000000"})
    assert answer.status_code == 422
    assert seed_of(answer) == seed
    assert person("rep").totp_seed == ""


@pytest.mark.parametrize(
    "seed", ["", "AAAA", "A" * 32, "seed:not base 32!", "seed:" + "A" * 31, "seed:" + "A" * 64, "seed:" * 8_000]
)
def test_a_seed_that_is_not_ours_is_refused(rep, seed):
    assert rep.submit("/me/second-factor", {"seed": seed, "code": "123456"}).status_code == 422
    assert person("rep").totp_seed == ""


def test_with_a_password_the_second_factor_needs_it(rep):
    give_password()
    seed = seed_of(rep.get("/me/second-factor"))
    code = code_for(seed)
    assert (
        rep.submit("/me/second-factor", {"seed": seed, "code": code, "present": "wrong"}).status_code
        == 422
    )
    assert (
        rep.submit("/me/second-factor", {"seed": seed, "code": code, "present": GOOD}).status_code == 200
    )


@pytest.fixture
def codes(app):
    """The rep has had a second factor for a minute; his recovery codes."""
    seed = factors.new_seed()
    with unit_of_work(), clock.at(clock.now() - timedelta(minutes=1)):
        it = person("rep")
        return factors.turn_on(it, seed=seed, code=code_for(seed), key=secret_key(), by=viewer_of(it))


def code_of(username="rep"):
    return code_for(person(username).totp_seed, username)


def test_the_secret_of_a_second_factor_is_in_no_row(app, codes):
    it = person("rep")
    secret = totp_secret(it.totp_seed, person_id=it.id, key=secret_key())
    db.session.remove()
    kept = b"".join(file.read_bytes() for file in Path(app.instance_path).glob("portal.db*"))
    assert it.totp_seed.encode() in kept
    assert secret.encode() not in kept


def test_a_second_factor_from_before_goes_on(rep):
    secret = pyotp.random_base32()
    with unit_of_work():
        person("rep").totp_seed = secret
    assert rep.submit("/me/recovery-codes", {"code": pyotp.TOTP(secret).at(clock.now())}).status_code == 200


def test_the_second_factor_is_turned_off_by_a_code(rep, codes):
    assert rep.submit("/me/second-factor/removal", {"code": "000000"}).status_code == 422
    assert rep.submit("/me/second-factor/removal", {"code": code_of()}).status_code == 303
    assert person("rep").totp_seed == ""
    assert db.session.execute(select(func.count()).select_from(RecoveryCode)).scalar_one() == 0


def test_a_second_factor_that_is_on_is_not_replaced(rep, codes):
    seed, kept = factors.new_seed(), person("rep").totp_seed
    code = code_for(seed)
    assert rep.submit("/me/second-factor", {"seed": seed, "code": code}).status_code == 422
    assert person("rep").totp_seed == kept


@pytest.mark.parametrize("path", ["/me/second-factor/removal", "/me/recovery-codes"])
def test_without_a_second_factor_there_is_nothing_to_look_after(rep, path):
    assert rep.submit(path, {"code": "123456"}).status_code == 422
    assert rep.submit(path, {}).status_code == 422
    assert kinds() == []


def test_new_recovery_codes_void_the_old_ones(rep, codes):
    answer = rep.submit("/me/recovery-codes", {"code": code_of()})
    assert answer.status_code == 200
    assert codes[0] not in answer.get_data(as_text=True)
    with unit_of_work():
        assert not factors.use_code(person("rep"), codes[0], key=secret_key())


def test_recovery_codes_are_shown_while_nobody_waits_to_write_and_once(rep, codes, monkeypatch):
    written = []
    made = factor_views.page
    monkeypatch.setattr(factor_views, "page", lambda *args, **shown: written.append(is_writing()) or made(*args, **shown))
    data = {"code": code_of()}
    assert rep.submit("/me/recovery-codes", data, once="same").status_code == 200
    assert written == [False]
    again = rep.submit("/me/recovery-codes", data, once="same")
    assert (again.status_code, again.headers["Location"]) == (303, "/me/second-factor")


def test_with_a_second_factor_eight_characters_are_enough(rep, codes):
    assert rep.submit("/me/password", {"password": "x7!kQp2z"}).status_code == 303


def test_own_sessions_are_seen_and_ended(client_for, rep):
    client_for("rep")
    page = rep.get("/me/sessions").get_data(as_text=True)
    assert page.count('class="rows__t"') == 2
    assert "this one" in page
    other = db.session.execute(select(LoginSession).order_by(LoginSession.id.desc())).scalars().first()
    assert rep.submit(f"/me/sessions/{other.id}/end").status_code == 303
    assert rep.get("/me/sessions").get_data(as_text=True).count('class="rows__t"') == 1
    assert kinds() == ["session.ended"]


def test_the_sessions_of_others_are_not_there(client_for, rep):
    client_for("colleague")
    other = db.session.execute(select(LoginSession).order_by(LoginSession.id.desc())).scalars().first()
    foreign = rep.submit(f"/me/sessions/{other.id}/end")
    missing = rep.submit("/me/sessions/999999/end")
    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert other.ended_at is None
    assert kinds() == []


def test_all_other_sessions_end_at_once(client_for, rep):
    others = [client_for("rep") for _ in range(2)]
    colleague = client_for("colleague")
    assert rep.submit("/me/sessions/others/end").status_code == 303
    assert "2 sessions have ended." in rep.get("/me/sessions").get_data(as_text=True)
    assert [client.get("/me").status_code for client in others] == [303, 303]
    assert colleague.get("/me").status_code == 200
