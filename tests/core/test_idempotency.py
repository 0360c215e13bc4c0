"""The same form posted again and again, at once and later: one act, one answer."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.core import clock, idempotency
from portal.core.db import db, unit_of_work
from portal.core.errors import Refused
from portal.core.events import Event
from portal.core.idempotency import Answer, IdempotencyKey, fingerprint
from portal.prices.models import PriceRequest
from portal.web.fields import new_once
from tests import making
from tests.client import PortalClient

POSTS = 20


@pytest.fixture
def form(both_apps: Flask) -> dict[str, str]:
    """The three answers of a special price, as one instance of the form."""
    with unit_of_work():
        making.house()
        customer, thing = making.account(), making.product()
    return {"account_text": customer.name, "product_text": thing.name, "asked": "9000", "once": new_once()}


def signed_in(app: Flask, username: str = "rep") -> PortalClient:
    client = app.test_client()
    client.sign_in(username)
    return client


def requests() -> int:
    db.session.rollback()
    return db.session.execute(select(func.count()).select_from(PriceRequest)).scalar_one()


def test_the_same_post_twenty_times_in_parallel_is_one_request(
    both_apps: Flask, form: dict[str, str]
) -> None:
    client = signed_in(both_apps)
    data = form | {"csrf_token": client.token()}
    cookies = [(cookie.key, cookie.value) for cookie in client._cookies.values()]

    def post() -> tuple[int, str | None]:
        browser = both_apps.test_client()
        for key, value in cookies:
            browser.set_cookie(key, value)
        answer = browser.post("/price-requests", data=data)
        return answer.status_code, answer.location

    answers = making.at_once(both_apps, *[post] * POSTS)
    assert requests() == 1
    made = db.session.execute(select(PriceRequest.id)).scalar_one()
    assert answers == [(303, f"/price-requests/{made}")] * POSTS
    submitted = select(func.count()).select_from(Event).where(Event.kind == "price_request.submitted")
    assert db.session.execute(submitted).scalar_one() == 1


def test_the_same_post_later_gets_the_same_answer_and_the_same_words(
    both_apps: Flask, form: dict[str, str]
) -> None:
    client = signed_in(both_apps)
    first = client.submit("/price-requests", form, once=form["once"])
    client.get(first.location)
    again = client.submit("/price-requests", form, once=form["once"])
    assert (again.status_code, again.location, requests()) == (303, first.location, 1)
    assert "Sent to Li Na" in client.get(again.location).get_data(as_text=True)


@pytest.mark.parametrize("changed", [{"asked": "9100"}, {"once": "another"}, {"remark": "Urgent"}])
def test_a_form_that_was_changed_is_another_act(
    both_apps: Flask, form: dict[str, str], changed: dict[str, str]
) -> None:
    client = signed_in(both_apps)
    client.submit("/price-requests", form)
    client.submit("/price-requests", form | changed)
    assert requests() == 2


def test_the_same_key_from_another_person_is_another_act(both_apps: Flask, form: dict[str, str]) -> None:
    with unit_of_work():
        customer = making.account("colleague")
    signed_in(both_apps).submit("/price-requests", form)
    signed_in(both_apps, "colleague").submit("/price-requests", form | {"account_text": customer.name})
    assert requests() == 2


def test_a_refused_act_gives_its_key_back(both_apps: Flask, form: dict[str, str]) -> None:
    """What was wrong about it has nothing to do with the form: the same form goes through once that is mended."""
    client = signed_in(both_apps)
    with unit_of_work() as session:
        session.query(PriceRequest).delete()
    late = form | {"account_text": "Not Yet Known"}
    assert client.submit("/price-requests", late).status_code == 422
    with unit_of_work():
        making.account(name="Not Yet Known")
    assert client.submit("/price-requests", late).status_code == 303
    assert requests() == 1


def test_an_act_that_fails_gives_its_key_back(both_apps: Flask) -> None:
    def act(*, fail: bool) -> Answer | None:
        with unit_of_work() as session:
            first = idempotency.claim(session, "key")
            if fail:
                raise Refused("no")
            idempotency.remember(session, "key", Answer("/there", "done"))
        return first

    with pytest.raises(Refused):
        act(fail=True)
    assert act(fail=False) is None
    assert act(fail=False) == Answer("/there", "done")


def test_of_many_who_claim_a_key_one_acts_and_all_get_its_answer(both_apps: Flask) -> None:
    def act(number: int) -> Answer | None:
        with unit_of_work() as session:
            first = idempotency.claim(session, "key")
            if first is None:
                idempotency.remember(session, "key", Answer(f"/{number}", ""))
            return first

    answers = making.at_once(both_apps, *[partial(act, number) for number in range(POSTS)])
    winner = answers.index(None)
    assert answers.count(None) == 1
    assert [one for one in answers if one is not None] == [Answer(f"/{winner}", "")] * (POSTS - 1)


def test_keys_are_kept_for_a_week(both_apps: Flask) -> None:
    ages = (0, 6, 8, 30)
    with unit_of_work() as session:
        for days in ages:
            with clock.at(making.MONDAY - timedelta(days=days)):
                idempotency.claim(session, f"{days} days")
    assert idempotency.forget_old(making.MONDAY) == 2
    assert set(db.session.execute(select(IdempotencyKey.key)).scalars()) == {"0 days", "6 days"}


def test_no_two_contents_share_a_key() -> None:
    """Fields cannot be shifted into one another, nor the person, the path or the instance."""
    one: Callable[..., str] = partial(fingerprint, 1, "/a", "k")
    told = [
        one([("x", "1"), ("y", "2")]), one([("x", "1y=2")]), one([("x", "2"), ("y", "1")]), one([]),
        fingerprint(2, "/a", "k", []), fingerprint(1, "/b", "k", []), fingerprint(1, "/a", "l", []), one([("x", "1\0y=2")]),
    ]  # fmt: skip
    assert len(set(told)) == len(told)
    assert one([("x", "1"), ("y", "2")]) == one([("y", "2"), ("x", "1")])


def test_an_address_that_is_too_long_leads_to_its_page(both_apps: Flask) -> None:
    assert both_apps
    with unit_of_work() as session:
        idempotency.claim(session, "long")
        idempotency.remember(session, "long", idempotency.Answer("/customers?q=" + "x" * 3_000, "Saved."))
    with unit_of_work() as session:
        assert idempotency.claim(session, "long") == idempotency.Answer("/customers", "Saved.")
