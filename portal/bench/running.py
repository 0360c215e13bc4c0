"""What is measured, in which order, and how it is told."""

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from flask import Flask
from sqlalchemy import event, select

from portal.app import create_app
from portal.approvals.models import Approval, ApprovalHolder, ApprovalSeat
from portal.bench import adoption
from portal.bench.asking import Ask, Measured, ask_once, measure, sign_in
from portal.bench.filling import fill
from portal.bench.serving import BARE, served
from portal.core.db import db, unit_of_work
from portal.customers.models import Account
from portal.identity.commands import links
from portal.identity.models import Person
from portal.identity.queries.viewers import viewer_of
from portal.migrations.run import upgrade
from portal.prices import commands as prices
from portal.prices.queries import Named
from portal.products.models import Product
from portal.settings import Settings
from portal.web.fields import new_once

SECONDS = 4.0
DECISIONS = 400
ADOPTION = "adoption"
"""The word that asks for the measures and their page: they need a million events, and no customers."""


def run(what: tuple[str, ...], sizes: list[int]) -> Iterator[str]:
    """Measure each page at each size and tell it line by line. `what`: only the rows whose name holds one of these words.

    With `adoption` among them the measures and the adoption page come first, or alone if it is the only word.
    """
    if ADOPTION in what:
        yield from adoption.run()
        what = tuple(one for one in what if one != ADOPTION)
        if not what:
            return
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            yield f"{size:,} customers"
            yield f"{'page':<34}{'answers/s':>10}{'p50 ms':>9}{'p95 ms':>9}{'to bare':>9}{'queries':>9}{'refused':>9}"
            yield from _one_size(Path(folder), size, what)


def _one_size(folder: Path, size: int, what: tuple[str, ...]) -> Iterator[str]:
    app = create_app(Settings(instance=str(folder), assets="local", log_level="ERROR"))
    with app.app_context():
        upgrade()
        fill(size)
        with unit_of_work():
            tokens = {name: links.issue_link(name) for name in ("rep", "manager")}
        waiting = _ask_for_prices()
        account = db.session.execute(select(Account.id).order_by(Account.id.desc()).limit(1)).scalar_one()
        db.session.remove()
    with served(folder) as port:
        jar, _token = sign_in(port, tokens["rep"])
        boss, token = sign_in(port, tokens["manager"])
        far = _far_down(port, jar)
        pages = [
            ("bare answer", BARE, ""), ("today", "/", jar), ("customer list", "/customers", jar),
            ("customer list, far down", far, jar), ("account", f"/customers/{account}", jar),
            ("search: two characters", f"/search?q={quote('苏州')}", jar), ("search: initials", "/search?q=szjh", jar),
            ("search: part of a phone", "/search?q=7919", jar), ("search: nothing found", "/search?q=zzqqxx", jar),
            ("list filtered by search", f"/customers?q={quote('制药')}", jar), ("price requests", "/price-requests", jar),
        ]  # fmt: skip
        bare = 0.0
        for name, path, cookie in pages:
            found = measure(port, _get(path), cookie, SECONDS)
            bare = bare or found.rate
            if not what or any(word in name for word in what):
                yield _line(name, found, bare, _queries(app, path, jar_of=cookie))
        ready = iter(waiting)
        found = measure(port, _decision(ready, token), boss, min(SECONDS, 3.0))
        yield _line("decision (POST)", found, bare, None)


def _get(path: str) -> Ask:
    return lambda _number: ("GET", path, None)


def _decision(waiting: Iterator[tuple[int, int]], token: str) -> Ask:
    def ask(_number: int) -> tuple[str, str, dict[str, str] | None]:
        found = next(waiting, None)
        if found is None:
            return "GET", BARE, None
        number, version = found
        form = {
            "csrf_token": token,
            "once": new_once(),
            "verdict": "approve",
            "note": "",
            "version": str(version),
        }
        return "POST", f"/price-requests/{number}/decision", form

    return ask


def _ask_for_prices() -> list[tuple[int, int]]:
    """Requests that wait for the manager: id and version of the approval."""
    session = db.session
    rep = viewer_of(session.execute(select(Person).where(Person.username == "rep")).scalar_one())
    account = session.execute(select(Account.id).order_by(Account.id).limit(1)).scalar_one()
    product = session.execute(select(Product).order_by(Product.id).limit(1)).scalar_one()
    for start in range(0, DECISIONS, 50):
        with unit_of_work():
            for number in range(50):
                asked = product.list_price_minor * 95 // 100 - start - number
                it = prices.draft(prices.Terms(Named(account), Named(product.id), asked), by=rep)
                prices.submit(it, version=it.version, by=rep)
    boss = session.execute(select(Person.id).where(Person.username == "manager")).scalar_one()
    held = (
        select(Approval.subject_id, Approval.version)
        .join(ApprovalSeat, ApprovalSeat.approval_id == Approval.id)
        .join(ApprovalHolder, ApprovalHolder.seat_id == ApprovalSeat.id)
        .where(ApprovalHolder.person_id == boss, ApprovalSeat.state == "open", Approval.asked_by_id == rep.id)
    )
    return [(row.subject_id, row.version) for row in session.execute(held)]


def _far_down(port: int, jar: str) -> str:
    """The address of a list page twenty pages down."""
    path = "/customers"
    for _page in range(20):
        _cookies, text = ask_once(port, path, jar)
        older = re.search(r'href="([^"]*after=[^"]*)" rel="next"', text)
        if not older:
            return path
        path = older[1].replace("&amp;", "&")
    return path


def _queries(app: Flask, path: str, *, jar_of: str) -> int | None:
    """How many statements a page sends."""
    if path == BARE:
        return None
    sent: list[Any] = []
    with app.app_context():
        engine = db.engine

        def note(*told: Any) -> None:
            sent.append(told[2])

        event.listen(engine, "before_cursor_execute", note)
    client = app.test_client(use_cookies=False)
    client.get(path, headers={"Cookie": jar_of})
    with app.app_context():
        event.remove(engine, "before_cursor_execute", note)
    return sum(1 for statement in sent if not statement.startswith(("BEGIN", "PRAGMA")))


def _line(name: str, found: Measured, bare: float, queries: int | None) -> str:
    told = "" if queries is None else str(queries)
    return (
        f"{name:<34}{found.rate:>10.1f}{found.p50:>9.1f}{found.p95:>9.1f}{found.rate / bare:>9.3f}{told:>9}"
        f"{found.refused or '':>9}"
    )


__all__ = ["run"]
