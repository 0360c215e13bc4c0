"""Who may see which requests, and what is known before one is sent."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask

from portal.access import scopes
from portal.approvals import jobs
from portal.approvals.rules import MANAGER, Step
from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.core.errors import NotFound, Refused
from portal.identity.commands import people
from portal.identity.models import Team
from portal.prices import commands, queries
from portal.prices.models import PriceRequest
from portal.prices.queries import Named
from tests import making
from tests.cast import CAST, person

EVERYBODY = [username for username, *_rest in CAST]


@pytest.fixture
def begun(app: Flask) -> Iterator[Flask]:
    """A house in which requests can be sent, on a Monday at nine."""
    with clock.at(making.MONDAY):
        with unit_of_work():
            making.house()
        yield app


def seen_by(it: PriceRequest, permission: str) -> set[str]:
    """Who finds a request with a permission that he has."""
    found = set()
    for username in EVERYBODY:
        viewer = making.viewer(username)
        try:
            if viewer.may(permission) and scopes.find(PriceRequest, it.id, viewer, permission):
                found.add(username)
        except NotFound:
            pass
    return found


def listed_for(it: PriceRequest) -> set[str]:
    """On whose list a request stands."""
    db.session.rollback()
    viewers = {username: making.viewer(username) for username in EVERYBODY}
    return {
        username for username, viewer in viewers.items()
        if viewer.may("prices.see") and it.id in db.session.execute(queries.listed(viewer)).scalars().all()
    }  # fmt: skip


def test_a_draft_is_its_owners_alone(begun: Flask) -> None:
    with unit_of_work():
        it = making.draft()
    assert seen_by(it, "prices.see") == listed_for(it) == {"rep"}


def test_what_was_sent_is_seen_by_team_directors_and_finance(begun: Flask) -> None:
    with unit_of_work():
        it = making.request()
    assert seen_by(it, "prices.see") == listed_for(it) == {"rep", "manager", "director", "finance"}


def test_only_who_has_it_or_had_it_may_decide(begun: Flask) -> None:
    with unit_of_work():
        it = making.request(asked=7_000_00)
    assert seen_by(it, "prices.decide") == {"manager"}
    with unit_of_work():
        making.decide(it, "manager")
    assert seen_by(it, "prices.decide") == {"manager", "finance"}


def test_who_typed_it_in_for_another_sees_it_too(begun: Flask) -> None:
    with unit_of_work():
        it = making.draft("manager", owner="rep")
    assert seen_by(it, "prices.see") == {"rep", "manager"}


def test_one_who_escalation_has_reached_sees_it(begun: Flask) -> None:
    with unit_of_work():
        db.session.query(Team).filter_by(name="Sales").one().manager_id = person("other_manager").id
        it = making.request()
    assert "other_manager" not in seen_by(it, "prices.decide")
    jobs.sweep_ladder(clock.now() + timedelta(hours=4))
    assert "other_manager" in seen_by(it, "prices.decide")


def test_a_request_stays_with_the_team_in_which_it_was_made(begun: Flask) -> None:
    with unit_of_work():
        it = making.request()
        south = db.session.query(Team).filter_by(name="Sales South").one()
        people.move_to_team(
            person("rep"), south, since=clock.today("Asia/Shanghai"), by=making.viewer("admin")
        )
    seen = seen_by(it, "prices.see")
    assert "manager" in seen
    assert "other_manager" not in seen


def test_before_it_is_sent_one_knows_who_decides_and_by_when(begun: Flask) -> None:
    with unit_of_work():
        account, product = making.account(), making.product()
    rep = making.viewer("rep")
    seen = queries.considered(Named(account.id), Named(product.id), 7_000_00, 2, rep).preview
    assert seen is not None
    assert [seat.holders for seat in seen.planned] == [(person("manager").id,), (person("finance").id,)]
    assert seen.due_at == making.MONDAY + timedelta(minutes=120 + 240 + 60)  # an hour of lunch on the way
    assert (seen.order_minor, seen.given_away_minor, seen.discount) == (14_000_00, 6_000_00, 3_000)
    assert (seen.margin, seen.alone_minor) == (None, None)  # the rep may not see costs


def test_what_was_promised_is_what_happens(begun: Flask) -> None:
    """The plan of the form and the seats of the request name the same people and the same times."""
    with unit_of_work():
        account, product = making.account(), making.product()
        rep = making.viewer("rep")
        seen = queries.considered(Named(account.id), Named(product.id), 7_000_00, 1, rep).preview
        assert seen is not None
        it = making.request(asked=7_000_00, of=account, thing=product)
    shown = queries.standing(queries.one(it.id), rep)
    assert [seat.people for seat in shown.seats] == [seat.holders for seat in seen.planned]
    assert shown.seats[0].seat is not None
    assert shown.seats[0].seat.due_at == seen.planned[0].due_at
    assert shown.seats[1].planned is not None
    assert shown.seats[1].planned.due_at == seen.planned[1].due_at


def test_those_who_see_costs_are_told_from_which_price_the_first_decides_alone(begun: Flask) -> None:
    with unit_of_work():
        account, product = making.account("manager"), making.product(cost=6_000_00)
    manager = making.viewer("manager")
    below = queries.considered(Named(account.id), Named(product.id), 7_000_00, 1, manager).preview
    above = queries.considered(Named(account.id), Named(product.id), 8_000_00, 1, manager).preview
    assert below is not None
    assert above is not None
    assert (below.alone_minor, below.margin) == (8_000_00, 1_429)
    assert (above.alone_minor, above.margin) == (None, 2_500)


def test_without_a_policy_the_form_says_why_nothing_is_promised(app: Flask) -> None:
    with unit_of_work():
        account, product = making.account(), making.product()
    seen = queries.considered(Named(account.id), Named(product.id), 7_000_00, 1, making.viewer("rep"))
    assert seen.preview is None
    assert "No approval policy" in seen.reason


@pytest.mark.parametrize("asked", [None, 0, 10_000_00])
def test_a_price_that_needs_no_approval_promises_nothing(begun: Flask, asked: int | None) -> None:
    with unit_of_work():
        account, product = making.account(), making.product()
    assert (
        queries.considered(Named(account.id), Named(product.id), asked, 1, making.viewer("rep")).preview
        is None
    )


def test_the_last_price_is_the_one_approved_last(begun: Flask) -> None:
    with unit_of_work():
        account, product = making.account(), making.product()
        for asked, verdict in ((9_100_00, "approve"), (9_200_00, "approve"), (9_300_00, "reject")):
            with clock.at(making.MONDAY + timedelta(minutes=asked // 100)):
                making.decide(making.request(asked=asked, of=account, thing=product), "manager", verdict)
    last = queries.last_price(account.id, product.id)
    assert last is not None
    assert last.asked_minor == 9_200_00


def test_a_name_is_enough_and_one_that_several_bear_is_asked_back(begun: Flask) -> None:
    with unit_of_work():
        jinhe = making.account(name="Jinhe Chemical", name_zh="金禾化工")
        making.account(name="Jinhe Paper", name_zh="金禾纸业")
    rep = making.viewer("rep")
    for text in ("Jinhe Chemical", "金禾化工", "jhhg"):
        assert queries.the_account(Named(None, text), rep).id == jinhe.id
    assert queries.the_account(Named(jinhe.id, "Jinhe Chemical"), rep).id == jinhe.id
    with pytest.raises(Refused, match="Several have that name"):
        queries.the_account(Named(None, "金禾"), rep)
    with pytest.raises(Refused, match="Nothing of that name"):
        queries.the_account(Named(None, "Nobody"), rep)


def test_what_is_written_counts_more_than_what_was_chosen_before(begun: Flask) -> None:
    """Somebody chose one, then wrote another name over it, without script."""
    with unit_of_work():
        one, two = making.account(name="Jinhe Chemical"), making.account(name="Ruida Dyeing")
    assert queries.the_account(Named(one.id, "Ruida Dyeing"), making.viewer("rep")).id == two.id


def test_like_cases_are_only_those_that_the_viewer_may_see(begun: Flask) -> None:
    with unit_of_work():
        product = making.product()
        foreign = making.request("stranger", thing=product)
        making.decide(foreign, "other_manager")
        own = making.request(thing=product)
        making.decide(own, "manager")
        it = making.request(thing=product)
        for username, cases in (("rep", [own.id]), ("finance", [own.id, foreign.id])):
            found = queries.like_cases(queries.one(it.id), making.viewer(username))
            assert sorted(case.id for case in found) == sorted(cases)
        own.changed_at = clock.now() - timedelta(days=366)
        assert queries.like_cases(queries.one(it.id), making.viewer("rep")) == []


def test_a_policy_without_a_margin_rule_has_no_limit(begun: Flask) -> None:
    assert queries.margin_limit() == 2_500
    with unit_of_work():
        making.policy([Step(1, MANAGER, 60)])
    assert queries.margin_limit() is None


def test_a_request_is_found_by_its_number_customer_and_product(begun: Flask) -> None:
    with unit_of_work():
        it = making.request(
            of=making.account(name="Jinhe Chemical", name_zh="金禾化工"),
            thing=making.product(name="Pump CQB 65"),
        )
        other = making.request("stranger")
    from portal.home.queries import finding

    for text in (it.number, "金禾", "CQB", "Jinhe"):
        groups = {
            group.kind.key: [hit.path for hit in group.hits]
            for group in finding.find(making.viewer("rep"), text)
        }
        assert f"/price-requests/{it.id}" in groups["price_request"], text
    groups = finding.find(making.viewer("rep"), other.number)
    assert not [hit for group in groups for hit in group.hits if group.kind.key == "price_request"]


def test_changed_terms_are_found_under_the_new_words(begun: Flask) -> None:
    from portal.home.queries import finding

    with unit_of_work():
        it = making.draft(remark="first thought")
        terms = making.terms(of=it.account, thing=it.product, remark="second thought")
        commands.change(it, terms, version=it.version, by=making.viewer("rep"))
    rep = making.viewer("rep")
    assert [group.kind.key for group in finding.find(rep, "second thought")] == ["price_request"]
    assert finding.find(rep, "first thought") == []
