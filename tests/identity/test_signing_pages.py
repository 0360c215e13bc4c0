"""Signing in and out, as a browser and as an attacker see it."""

import logging
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import func, select

from portal.access.viewer import SYSTEM
from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.core.events import Event
from portal.identity.commands import factors, links, passwords, people
from portal.identity.models import LoginLink, LoginSession, LoginTry, Person
from portal.identity.queries.sessions import SEEN
from portal.identity.queries.viewers import viewer_of
from portal.identity.rules import LINK_LIFE, totp_secret
from portal.web.security import secret_key
from tests.cast import person

GOOD = "marmalade lifts seven umbrellas"


@pytest.fixture
def with_password(app):
    """The rep has a password."""
    with unit_of_work():
        it = person("rep")
        it.password_hash = passwords.hashed(GOOD, person=it)


def turn_on(username):
    """Give a person a second factor; answers the secret and the recovery codes."""
    seed = factors.new_seed()
    with unit_of_work():
        secret = totp_secret(seed, person_id=person(username).id, key=secret_key())
        code = pyotp.TOTP(secret).at(clock.now() - timedelta(seconds=60))
        with clock.at(clock.now() - timedelta(seconds=60)):
            codes = factors.turn_on(
                person(username), seed=seed, code=code, key=secret_key(), by=viewer_of(person(username))
            )
    return secret, codes


def code_of(secret):
    return pyotp.TOTP(secret).at(clock.now())


def give(client, username, password, path="/login", **kwargs):
    return client.submit(path, {"username": username, "password": password}, **kwargs)


def is_in(client):
    return client.get("/me").status_code == 200


def make_link(username, *, by=SYSTEM):
    """A link of the command line, or of a person."""
    with unit_of_work():
        return links.make_link(person(username), by=by)


def sent_link(username):
    """The path of a link that an administrator has sent."""
    return f"/login/link/{make_link(username, by=viewer_of(person('admin')))}"


def sessions_of(username):
    wanted = (
        select(LoginSession).where(LoginSession.person_id == person(username).id).order_by(LoginSession.id)
    )
    return db.session.execute(wanted).scalars().all()


# one-time links


def test_a_link_signs_in_at_once_and_goes_on(client_for):
    client = client_for(None)
    answer = client.get(f"/login/link/{make_link('rep')}?next=/teams")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/teams")
    assert "Wang Lei" in client.get("/me").get_data(as_text=True)


@pytest.mark.parametrize("end", ["a new password", "all others", "an administrator"])
def test_a_link_that_lies_about_is_void_once_sessions_are_ended(client_for, end):
    rep, admin = client_for("rep"), client_for("admin")
    with unit_of_work():
        token = links.issue_link("rep")
    answer = {
        "a new password": lambda: rep.submit("/me/password", {"password": "pump seal anchor violet"}),
        "all others": lambda: rep.submit("/me/sessions/others/end"),
        "an administrator": lambda: admin.submit(f"/people/{person('rep').id}/sessions/end"),
    }[end]()
    assert answer.status_code == 303
    assert client_for(None).get(f"/login/link/{token}").status_code == 410


def test_a_link_works_once(client_for):
    token = make_link("rep")
    assert client_for(None).get(f"/login/link/{token}").status_code == 303
    other = client_for(None)
    assert other.get(f"/login/link/{token}").status_code == 410
    assert not is_in(other)


def test_a_link_that_ran_out_or_never_was(client_for):
    token = make_link("rep")
    with clock.at(clock.now() + LINK_LIFE):
        assert client_for(None).get(f"/login/link/{token}").status_code == 410
    assert client_for(None).get("/login/link/nonsense").status_code == 410


def test_a_look_ahead_does_not_use_a_link_up(client_for):
    token = make_link("rep")
    client_for(None).head(f"/login/link/{token}")
    for name in ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"):
        looked = client_for(None).get(f"/login/link/{token}", headers={name: "prefetch;prerender"})
        assert looked.status_code == 204
    assert client_for(None).get(f"/login/link/{token}").status_code == 303


def test_a_link_that_was_sent_asks_first_and_looking_at_it_does_not_use_it_up(client_for):
    path = sent_link("rep")
    link = db.session.execute(select(LoginLink)).scalar_one()
    preview = client_for(None)
    for _look in range(3):
        shown = preview.get(f"{path}?next=/teams")
        assert (shown.status_code, "Sign in as Wang Lei" in shown.get_data(as_text=True)) == (200, True)
    assert not is_in(preview)
    db.session.refresh(link)
    assert (link.used_at, sessions_of("rep")) == (None, [])
    client = client_for(None)
    assert f'action="{path}?next=/teams"' in client.get(f"{path}?next=/teams").get_data(as_text=True)
    answer = client.submit(f"{path}?next=/teams")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/teams")
    assert is_in(client)
    assert preview.get(path).status_code == 410
    assert preview.submit(path).status_code == 410
    assert not is_in(preview)


def test_the_page_of_a_link_in_chinese_tells_whose_it_is(client_for):
    assert "以王磊的身份登录" in client_for(None, "zh").get(sent_link("rep")).get_data(as_text=True)


def test_a_link_that_was_sent_to_somebody_shut_out_is_over(client_for):
    path = sent_link("rep")
    with unit_of_work():
        person("rep").active = False
    assert client_for(None).get(path).status_code == 410
    assert client_for(None).submit(path).status_code == 410


def test_only_the_hash_of_a_link_is_kept(app):
    token = make_link("rep")
    link = db.session.execute(select(LoginLink)).scalar_one()
    assert token not in str(vars(link))


def test_a_link_of_somebody_shut_out_opens_nothing(client_for):
    token = make_link("rep")
    with unit_of_work():
        person("rep").active = False
    assert client_for(None).get(f"/login/link/{token}").status_code == 410


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil", "/\t/evil", "javascript:alert(1)",
     "／／evil.example", "//[", "/a b", "evil", " /x", "/%0d%0aX: y\r\nZ: 1"],
)  # fmt: skip
def test_no_link_leads_off_the_site(client_for, target):
    answer = client_for(None).get(f"/login/link/{make_link('rep')}", query_string={"next": target})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")


# password


def test_a_password_signs_in_and_goes_on(client_for, with_password):
    client = client_for(None)
    answer = give(client, " REP ", GOOD, "/login?next=/people")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/people")
    assert is_in(client)
    assert client.get("/login").status_code == 303
    told = db.session.execute(select(Event).order_by(Event.id.desc()).limit(1)).scalar_one()
    assert (told.kind, told.actor_id, told.payload) == (
        "session.started",
        person("rep").id,
        {"way": "password"},
    )


@pytest.mark.parametrize("username", ["rep", "nobody", "colleague"])
def test_wrong_passwords_unknown_names_and_people_without_a_password_look_alike(
    client_for, with_password, username
):
    answer = give(client_for(None), username, "wrong and long enough")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "User name or password is not right." in page
    assert f'value="{username}"' in page
    assert "wrong and long enough" not in page


@pytest.mark.parametrize("username", ["rep", "nobody", "colleague"])
def test_whatever_is_wrong_one_password_is_hashed(client_for, with_password, username, monkeypatch):
    hashed = []

    class Counting:
        def verify(self, password_hash, password):
            hashed.append(password_hash)
            return real.verify(password_hash, password)

    real = passwords._HASHER
    monkeypatch.setattr(passwords, "_HASHER", Counting())
    give(client_for(None), username, "wrong and long enough")
    assert len(hashed) == 1


def test_an_empty_form_names_what_is_missing(client_for):
    page = give(client_for(None, "zh"), "", "").get_data(as_text=True)
    assert "请填用户名。" in page
    assert "请填密码。" in page


def test_somebody_shut_out_is_refused_like_a_stranger(client_for, with_password):
    with unit_of_work():
        person("rep").active = False
    answer = give(client_for(None), "rep", GOOD)
    assert "User name or password is not right." in answer.get_data(as_text=True)


def test_somebody_shut_out_is_out_at_the_next_request(client_for):
    client = client_for("rep")
    with unit_of_work():
        people.deactivate(person("rep"), by=viewer_of(person("admin")))
    assert client.get("/me").status_code == 303


# sessions


def test_a_session_is_new_at_each_sign_in_and_the_old_one_is_over(client_for, with_password):
    client = client_for("rep")
    before = client.get_cookie("portal_session").value
    form = client.get_cookie("portal_form")
    answer = client.get(f"/login/link/{make_link('rep')}")
    after = client.get_cookie("portal_session").value
    assert answer.status_code == 303
    assert before != after
    assert form is None or client.get_cookie("portal_form") is None
    first, second = sessions_of("rep")
    assert first.ended_at is not None
    assert second.ended_at is None


def test_a_session_that_was_planted_is_not_taken(client_for, with_password):
    client = client_for(None)
    client.set_cookie("portal_session", "planted")
    give(client, "rep", GOOD)
    assert client.get_cookie("portal_session").value != "planted"
    other = client_for(None)
    other.set_cookie("portal_session", "planted")
    assert not is_in(other)


def test_the_cookie_is_closed_to_scripts_and_to_other_sites(client_for):
    answer = client_for(None).get(f"/login/link/{make_link('rep')}")
    cookie = next(one for one in answer.headers.getlist("Set-Cookie") if one.startswith("portal_session"))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie


def test_over_tls_the_cookie_belongs_to_this_host_alone(client_for):
    answer = client_for(None).get(f"/login/link/{make_link('rep')}", base_url="https://localhost")
    cookie = next(one for one in answer.headers.getlist("Set-Cookie") if one.startswith("__Host-portal"))
    assert "Secure" in cookie
    assert "Domain" not in cookie


def test_only_the_hash_of_a_session_is_kept(client_for):
    client = client_for("rep")
    secret = client.get_cookie("portal_session").value
    assert secret not in str([vars(one) for one in sessions_of("rep")])


@pytest.mark.parametrize(("hours", "inside"), [(7.9, True), (8.1, False)])
def test_a_session_ends_when_idle(client_for, hours, inside):
    client = client_for("rep")
    client.get("/me")
    with clock.at(clock.now() + timedelta(hours=hours)):
        assert is_in(client) is inside


def test_a_session_ends_after_a_week_however_busy(client_for):
    client = client_for("rep")
    start = clock.now()
    for hour in range(0, 7 * 24, 6):
        with clock.at(start + timedelta(hours=hour)):
            assert is_in(client)
    with clock.at(start + timedelta(days=7, minutes=1)):
        assert not is_in(client)


def test_looking_writes_nothing_and_a_sweep_writes_what_was_seen(client_for, app):
    from portal.identity.jobs import flush_seen

    SEEN.clear()
    client = client_for("rep")
    started = sessions_of("rep")[0].seen_at
    with clock.at(clock.now() + timedelta(seconds=30)):
        client.get("/me")
        assert sessions_of("rep")[0].seen_at == started
        assert flush_seen(clock.now()) == 1
    db.session.expire_all()
    assert sessions_of("rep")[0].seen_at > started
    assert not SEEN


def test_a_process_without_a_sweep_writes_what_it_saw_after_the_answer(client_for):
    SEEN.clear()
    client = client_for("rep")
    started = sessions_of("rep")[0].seen_at
    with clock.at(clock.now() + timedelta(hours=1)):
        client.get("/me").close()
    db.session.rollback()
    db.session.expire_all()
    assert sessions_of("rep")[0].seen_at > started


def test_signing_out_ends_the_session_for_good(client_for):
    client = client_for("rep")
    kept = client.get_cookie("portal_session").value
    answer = client.submit("/logout")
    assert answer.headers["Location"] == "/login"
    assert answer.headers["Clear-Site-Data"] == '"storage"'
    client.set_cookie("portal_session", kept)
    assert not is_in(client)


def test_without_a_sign_in_a_page_asks_for_one_and_comes_back(client_for):
    client = client_for(None)
    answer = client.get("/people/1?x=1")
    assert answer.headers["Location"] == "/login?next=/people/1?x%3D1"
    part = client.get("/people/1", headers={"HX-Request": "true"})
    assert (part.status_code, part.headers["HX-Redirect"]) == (401, "/login?next=/people/1")


# throttle


def test_one_account_is_slowed_down_from_wherever_one_tries(client_for, with_password):
    client = client_for(None)
    with clock.at(clock.now()):
        for n in range(5):
            answer = give(client, "rep", "wrong", environ_base={"REMOTE_ADDR": f"192.0.2.{n}"})
            assert answer.status_code == 422
        slowed = give(client, "rep", GOOD, environ_base={"REMOTE_ADDR": "192.0.2.99"})
    assert slowed.status_code == 429
    assert int(slowed.headers["Retry-After"]) >= 1
    assert 'value="rep"' in slowed.get_data(as_text=True)
    assert not is_in(client)


def test_an_unknown_account_is_slowed_down_alike(client_for):
    client = client_for(None)
    with clock.at(clock.now()):
        answers = [give(client, "nobody", "wrong").status_code for _ in range(6)]
    assert answers == [422] * 5 + [429]


def test_one_address_is_slowed_down_whatever_accounts_it_tries(client_for):
    client = client_for(None)
    with clock.at(clock.now()):
        answers = [give(client, f"name{n}", "wrong").status_code for n in range(31)]
    assert answers == [422] * 30 + [429]


def test_after_the_delay_the_right_password_lets_in_and_forgives(client_for, with_password):
    client = client_for(None)
    start = clock.now()
    with clock.at(start):
        for _ in range(5):
            give(client, "rep", "wrong")
    with clock.at(start + timedelta(seconds=2)):
        assert give(client, "rep", GOOD).status_code == 303
    left = select(func.count()).select_from(LoginTry)
    assert db.session.execute(left).scalar_one() == 0


def test_a_try_that_must_wait_does_not_prolong_the_waiting(client_for, with_password):
    client = client_for(None)
    start = clock.now()
    with clock.at(start):
        for _ in range(20):
            give(client, "rep", "wrong")
    with clock.at(start + timedelta(seconds=2)):
        assert give(client, "rep", GOOD).status_code == 303


def test_failed_tries_leave_no_secret_behind(client_for, with_password, caplog):
    caplog.set_level(logging.DEBUG)
    client = client_for(None)
    give(client, "hunter2-typed-as-name", "hunter2-the-password")
    give(client, "rep", "hunter2-the-password")
    rows = [vars(one) for one in db.session.execute(select(LoginTry)).scalars()]
    assert len(rows) == 2
    assert "hunter2" not in caplog.text + str(rows)


def test_old_tries_are_forgotten(app):
    from portal.identity.jobs import forget_old

    with unit_of_work() as session:
        session.add(LoginTry(account="a", address="b", at=clock.now() - timedelta(hours=25)))
        session.add(LoginTry(account="a", address="b", at=clock.now()))
    assert forget_old(clock.now()) == 1


def test_sessions_and_links_are_forgotten_a_month_after_their_end(client_for):
    from portal.identity.jobs import forget_old

    assert client_for(None).get(f"/login/link/{make_link('rep')}").status_code == 303
    now = clock.now()
    assert forget_old(now + timedelta(days=29)) == 0
    assert forget_old(now + timedelta(days=32)) == 1
    assert sessions_of("rep")
    assert forget_old(now + timedelta(days=38)) == 1
    assert not sessions_of("rep")


# as htmx asks


def test_htmx_is_sent_on_by_a_header_and_told_what_is_wrong(client_for, with_password):
    client = client_for(None)
    headers = {"HX-Request": "true"}
    wrong = give(client, "rep", "wrong", headers=headers)
    assert (wrong.status_code, "User name or password" in wrong.get_data(as_text=True)) == (422, True)
    right = give(client, "rep", GOOD, "/login?next=/teams", headers=headers)
    assert (right.status_code, right.headers["HX-Location"]) == (200, "/teams")
    assert is_in(client)


# second factor


def test_with_a_second_factor_the_password_alone_lets_nobody_in(client_for, with_password):
    secret, _codes = turn_on("rep")
    client = client_for(None)
    assert give(client, "rep", GOOD, "/login?next=/people").headers["Location"] == "/login/code?next=/people"
    assert not is_in(client)
    answer = client.submit("/login/code?next=/people", {"code": code_of(secret)})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/people")
    assert is_in(client)
    assert sessions_of("rep")[-1].way == "code"


def test_a_code_counts_once(client_for, with_password):
    secret, _codes = turn_on("rep")
    now = clock.now()
    with clock.at(now):
        code = code_of(secret)
        for expected in (303, 422):
            client = client_for(None)
            give(client, "rep", GOOD)
            spaced = f" {code[:3]} {code[3:]}\u00a0"
            assert client.submit("/login/code", {"code": spaced}).status_code == expected


@pytest.mark.parametrize(
    ("seconds", "right"), [(-30, True), (0, True), (30, True), (-90, False), (90, False)]
)
def test_clocks_may_differ_by_one_step(client_for, with_password, seconds, right):
    secret, _codes = turn_on("rep")
    later = clock.now() + timedelta(minutes=10)
    with clock.at(later):
        client = client_for(None)
        give(client, "rep", GOOD)
        code = pyotp.TOTP(secret).at(later + timedelta(seconds=seconds))
        assert client.submit("/login/code", {"code": code}).status_code == (303 if right else 422)


def test_a_recovery_code_counts_once(client_for, with_password):
    _secret, codes = turn_on("rep")
    for expected in (303, 422):
        client = client_for(None)
        give(client, "rep", GOOD)
        assert client.submit("/login/code", {"code": codes[0].upper()}).status_code == expected


def test_codes_are_guessed_as_slowly_as_passwords(client_for, with_password):
    turn_on("rep")
    client = client_for(None)
    with clock.at(clock.now()):
        give(client, "rep", GOOD)
        answers = [client.submit("/login/code", {"code": f"{n:06}"}).status_code for n in range(6)]
        assert answers == [422] * 5 + [429]
        assert give(client, "rep", GOOD).status_code == 429


def test_the_first_proof_is_forgotten_after_five_minutes(client_for, with_password):
    secret, _codes = turn_on("rep")
    client = client_for(None)
    give(client, "rep", GOOD)
    with clock.at(clock.now() + timedelta(minutes=6)):
        assert client.submit("/login/code", {"code": code_of(secret)}).headers["Location"] == "/login"
        assert client.get("/login/code").headers["Location"] == "/login"


def test_a_link_of_an_administrator_asks_for_the_code_and_one_of_the_console_does_not(client_for):
    turn_on("rep")
    client = client_for(None)
    assert client.submit(sent_link("rep")).headers["Location"] == "/login/code"
    assert not is_in(client)
    assert client.get(f"/login/link/{make_link('rep')}").headers["Location"] == "/"
    assert is_in(client)


def test_the_code_page_in_chinese(client_for, with_password):
    turn_on("rep")
    client = client_for(None, "zh")
    give(client, "rep", GOOD)
    page = client.get("/login/code").get_data(as_text=True)
    assert "还要验证一步" in page
    assert "one-time-code" in page


def test_links_for_the_demo_people_in_the_order_of_the_roles(app):
    with unit_of_work():
        made = links.issue_demo_links()
    assert [username for username, _role, _token in made][:3] == ["rep", "manager", "director"]
    assert len({token for _username, _role, token in made}) == 10
    assert db.session.execute(select(func.count()).select_from(Person)).scalar_one() == 13
