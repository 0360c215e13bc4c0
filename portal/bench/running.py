"""What is measured, in which order, and how it is told."""

import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import quote

from flask import Flask
from sqlalchemy import event, select

from portal.app import create_app
from portal.approvals.models import Approval, ApprovalHolder, ApprovalSeat
from portal.bench.asking import Ask, Measured, measure
from portal.bench.filling import fill
from portal.bench.serving import BARE
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
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


def run(what: tuple[str, ...], sizes: list[int]) -> Iterator[str]:
    """Measure each page at each size and tell it line by line. `what`: only the rows whose name holds one of these words."""
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
    with _server(folder) as port:
        jar, _token = _sign_in(port, tokens["rep"])
        boss, token = _sign_in(port, tokens["manager"])
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


@contextmanager
def _server(folder: Path) -> Iterator[int]:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = int(one.getsockname()[1])
    command = [sys.executable, "-m", "portal.bench.serving", str(folder), str(port)]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)  # noqa: S603  (our own program)
    try:
        for _try in range(400):
            try:
                _ask(port, BARE, "")
                break
            except OSError:
                time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait()


def _ask(port: int, path: str, cookie: str) -> tuple[dict[str, str], str]:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path, headers={"Cookie": cookie, "Accept-Language": "en"})
    answer = connection.getresponse()
    cookies = dict(
        value.split(";")[0].split("=", 1) for name, value in answer.getheaders() if name == "Set-Cookie"
    )
    text = answer.read().decode()
    connection.close()
    return cookies, text


def _sign_in(port: int, token: str) -> tuple[str, str]:
    cookies, _text = _ask(port, f"/login/link/{token}", "")
    more, text = _ask(port, "/me", "; ".join(f"{name}={value}" for name, value in cookies.items()))
    found = TOKEN.search(text)
    return "; ".join(f"{name}={value}" for name, value in (cookies | more).items()), found[1] if found else ""


def _far_down(port: int, jar: str) -> str:
    """The address of a list page twenty pages down."""
    path = "/customers"
    for _page in range(20):
        _cookies, text = _ask(port, path, jar)
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
