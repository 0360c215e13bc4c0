"""The client: keeps four connections busy for some seconds and notes how long each answer took."""

import http.client
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

CONNECTIONS = 4
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@dataclass(frozen=True)
class Measured:
    """What one kind of request came to: answers a second, and milliseconds at the middle and at 95 of 100."""

    rate: float
    p50: float
    p95: float
    count: int
    refused: int


Ask = Callable[[int], tuple[str, str, dict[str, str] | None]]
"""The number of a request -> method, path and form."""


def measure(port: int, ask: Ask, cookie: str, seconds: float) -> Measured:
    """Ask for so many seconds on all connections."""
    times: list[float] = []
    refused: list[int] = []
    deadline = time.perf_counter() + seconds

    def work(first: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        number = first
        while time.perf_counter() < deadline:
            method, path, form = ask(number)
            headers = {"Cookie": cookie, "Accept-Language": "en"}
            if form is not None:
                headers["Content-Type"] = "application/x-www-form-urlencoded"
            began = time.perf_counter()
            connection.request(method, path, urlencode(form) if form is not None else None, headers)
            answer = connection.getresponse()
            answer.read()
            times.append(time.perf_counter() - began)
            if answer.status >= 400:
                refused.append(answer.status)
            number += CONNECTIONS
        connection.close()

    began = time.perf_counter()
    threads = [threading.Thread(target=work, args=(number,)) for number in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    passed = time.perf_counter() - began
    ordered = sorted(times)
    return Measured(
        rate=len(ordered) / passed, p50=ordered[len(ordered) // 2] * 1000, p95=ordered[len(ordered) * 95 // 100] * 1000,
        count=len(ordered), refused=len(refused),
    )  # fmt: skip


def ask_once(port: int, path: str, cookie: str = "") -> tuple[dict[str, str], str]:
    """One answer: the cookies that it sets, and its text."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path, headers={"Cookie": cookie, "Accept-Language": "en"})
    answer = connection.getresponse()
    cookies = dict(
        value.split(";")[0].split("=", 1) for name, value in answer.getheaders() if name == "Set-Cookie"
    )
    text = answer.read().decode()
    connection.close()
    return cookies, text


def sign_in(port: int, token: str) -> tuple[str, str]:
    """The cookies of a person who follows a one-time link, and a token for the forms of that session."""
    cookies, _text = ask_once(port, f"/login/link/{token}")
    more, text = ask_once(port, "/me", "; ".join(f"{name}={value}" for name, value in cookies.items()))
    found = TOKEN.search(text)
    return "; ".join(f"{name}={value}" for name, value in (cookies | more).items()), found[1] if found else ""
