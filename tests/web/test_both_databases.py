"""The path of a special price through all its pages, on SQLite and on PostgreSQL: what the pages do is the same."""

import io

from flask import Flask
from sqlalchemy import select

from portal.core import clock, events, jobs, outbox
from portal.core.db import db, unit_of_work
from portal.prices.models import PriceRequest
from portal.web.mail import init_mail
from tests import making
from tests.client import PortalClient

PAGES = {
    "rep": (
        "/", "/price-requests", "/price-requests?q=Jinhe", "/price-requests?sort=-asked_by", "/price-requests/new",
        "/price-requests/1", "/customers", "/customers?q=金禾", "/customers/1", "/customers/options?q=jinhe", "/pipeline",
        "/products", "/products?sort=-stock", "/products/1", "/products/options?q=pump", "/tasks", "/notifications", "/people",
        "/search?q=jinhe", "/palette?q=Jinhe", "/me",
    ),
    "manager": ("/", "/approvals", "/approvals/policies", "/price-requests/1"),
    "admin": ("/admin", "/admin/health", "/imports", "/calendars", "/teams", "/regions", "/roles", "/audit"),
}  # fmt: skip


def signed_in(app: Flask, username: str) -> PortalClient:
    client = app.test_client()
    client.sign_in(username)
    return client


def test_every_page_opens(both_apps: Flask) -> None:
    with clock.at(making.MONDAY):
        with unit_of_work():
            making.house()
            making.request(of=making.account(name="Jinhe Chemical", name_zh="金禾化工"))
        known = {rule.rule for rule in both_apps.url_map.iter_rules()}
        assert {"/people", "/teams", "/regions", "/roles", "/audit"} <= known
        for username, paths in PAGES.items():
            client = signed_in(both_apps, username)
            for path in paths:
                assert client.get(path).status_code == 200, (username, path)


def test_a_price_goes_its_whole_way(both_apps: Flask) -> None:
    with clock.at(making.MONDAY):
        with unit_of_work():
            making.house()
            making.account(name="Jinhe Chemical")
            making.product(name="Pump CQB")
        rep, manager, finance = (signed_in(both_apps, name) for name in ("rep", "manager", "finance"))
        data = {"account_text": "Jinhe Chemical", "product_text": "Pump CQB", "asked": "7000", "pieces": "4"}
        location = rep.submit("/price-requests", data).location
        assert manager.submit(f"{location}/decision", {"verdict": "reject", "version": 1}).status_code == 422
        assert manager.submit(f"{location}/decision", {"verdict": "approve", "version": 1}).status_code == 303
        assert manager.submit(f"{location}/decision", {"verdict": "approve", "version": 1}).status_code == 409
        assert finance.submit(f"{location}/decision", {"verdict": "approve", "version": 2}).status_code == 303
        db.session.rollback()
        assert db.session.execute(select(PriceRequest.state)).scalar_one() == "approved"
        for file_format in ("csv", "xlsx"):
            assert (
                rep.submit("/price-requests/export", {"format": file_format, "state": "q=Jinhe"}).status_code
                == 200
            )
        view = {
            "list_key": "price_requests",
            "path": "/price-requests",
            "query": "state=approved",
            "name": "Mine",
        }
        assert rep.submit("/saved-views", view).status_code == 303
        assert rep.submit("/notifications/reading").status_code == 303
        init_mail(both_apps)  # of the applications of this process, this one
        assert outbox.deliver(clock.now()) > 0
        assert not any(sweep.error for sweep in _swept())
        assert events.first_broken(db.session()) is None


def _swept() -> list[jobs.Sweep]:
    jobs.tick()
    return list(db.session.execute(select(jobs.Sweep)).scalars())


def test_a_file_goes_its_whole_way(both_apps: Flask) -> None:
    admin = signed_in(both_apps, "admin")
    file = (io.BytesIO(b"product,series,sales_price\nGTX Basic,GTX,550\n"), "products.csv")
    sent = admin.submit("/imports", {"kind": "products", "file": file}, content_type="multipart/form-data")
    assert admin.get(sent.location).status_code == 200
    assert admin.submit(f"{sent.location}/writing", {"version": 1}).status_code == 303
    assert "GTX Basic" in admin.get("/products").get_data(as_text=True)
