"""The page of notices."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from portal.core import clock
from portal.core.db import unit_of_work
from portal.notifications import queries
from portal.prices.models import PriceRequest
from tests import making
from tests.cast import person
from tests.client import PortalClient


@pytest.fixture
def told(app: Flask) -> Iterator[PriceRequest]:
    """A request whose decision the rep has been told of."""
    with clock.at(making.MONDAY):
        with unit_of_work():
            making.house()
            it = making.request(of=making.account(name="Jinhe Chemical", name_zh="金禾化工"))
            making.decide(it, "manager")
        yield it


def new(username: str = "rep") -> int:
    return queries.count_new(person(username).id)


@pytest.mark.parametrize(("lang", "says"), [("en", "Li Na approved"), ("zh", "李娜")])
def test_notices_are_told_in_the_readers_language(
    told: PriceRequest, client_for: Callable[..., PortalClient], lang: str, says: str
) -> None:
    page = client_for("rep", lang=lang).get("/notifications").get_data(as_text=True)
    assert says in page
    assert told.number in page


def test_they_are_marked_as_read(told: PriceRequest, client_for: Callable[..., PortalClient]) -> None:
    client = client_for("rep")
    assert new() == 1
    answer = client.submit("/notifications/reading")
    assert (answer.status_code, answer.location, new()) == (303, "/notifications", 0)
    assert "Nothing new." in client.get("/notifications").get_data(as_text=True)


def test_one_leads_where_it_belongs(told: PriceRequest, client_for: Callable[..., PortalClient]) -> None:
    path = f"/price-requests/{told.id}"
    answer = client_for("rep").submit("/notifications/reading", {"path": path})
    assert (answer.location, new()) == (path, 0)


@pytest.mark.parametrize("path", ["//evil.example", "https://evil.example/", "\\\\evil"])
def test_no_notice_leads_out_of_the_portal(
    told: PriceRequest, client_for: Callable[..., PortalClient], path: str
) -> None:
    assert client_for("rep").submit("/notifications/reading", {"path": path}).location == "/"


def test_everybody_has_his_own(told: PriceRequest, client_for: Callable[..., PortalClient]) -> None:
    stranger = client_for("stranger")
    assert told.number not in stranger.get("/notifications").get_data(as_text=True)
    stranger.submit("/notifications/reading")
    assert new() == 1
    assert client_for(None).get("/notifications").status_code == 303
    assert client_for(None).submit("/notifications/reading").status_code == 401


@pytest.mark.parametrize("before", ["1", "0", "-1", "x", "", "9" * 30])
def test_no_place_to_read_on_from_is_an_error(
    told: PriceRequest, client_for: Callable[..., PortalClient], before: str
) -> None:
    assert client_for("rep").get(f"/notifications?before={before}").status_code == 200
