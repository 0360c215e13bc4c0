"""What the browser tests need around the browser: the served portal and a window that keeps what went wrong in it."""

import email
import email.policy
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

LONGEST_START = 300.0
LONGEST_DELIVERY = 15.0
"""Seconds: what a busy machine may need; nothing is measured here."""
LONGEST_WAIT = 15_000
"""Milliseconds, for what an act brings."""


@dataclass
class Site:
    """A portal that is being served from a folder of its own."""

    folder: Path
    port: int
    signed_in: dict[str, Any] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """The settings of its processes."""
        return os.environ | {
            "PORTAL_INSTANCE": str(self.folder),
            "PORTAL_ASSETS": "local",
            "PORT": str(self.port),
        }

    def login_link(self, person: str, next_path: str = "/") -> str:
        """A one-time sign-in link, made by the command line."""
        command = [
            sys.executable,
            "-m",
            "portal",
            "login-link",
            person,
            "--next",
            next_path,
            "--base-url",
            self.address,
        ]
        told = subprocess.run(
            command, env=self.environment, capture_output=True, text=True, timeout=60, check=True
        )
        return told.stdout.strip()


class Watched:
    """A browser window whose pages tell what they complained of."""

    def __init__(self, context: Any) -> None:
        self.context = context
        self.complaints: list[str] = []
        self.expected: tuple[str, ...] = ()

    def page(self) -> Any:
        """A new tab."""
        page = self.context.new_page()
        page.on("console", self._hear)
        page.on("pageerror", lambda problem: self.complaints.append(f"script: {problem}"))
        page.on("request", lambda request: self._asked(request.url))
        return page

    def expects(self, *parts: str) -> None:
        """Complaints with one of these texts are part of the test."""
        self.expected = parts

    def _hear(self, message: Any) -> None:
        if message.type in ("error", "warning") and not any(part in message.text for part in self.expected):
            self.complaints.append(f"console: {message.text} at {message.location.get('url', '')}")

    def _asked(self, url: str) -> None:
        if urlsplit(url).path == "/csp-report" and "csp-report" not in self.expected:
            self.complaints.append(f"the content policy refused something: {url}")


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_served(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    """Return once the address answers; AssertionError with the server's log when it ended or takes too long."""
    until = time.monotonic() + LONGEST_START
    while time.monotonic() < until:
        assert server.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise AssertionError(f"not served after {LONGEST_START} s\n{log.read_text()}")


def mails_about(site: Site, number: str, *, to: str) -> list[EmailMessage]:
    """The mails to a person that name a request, once there are any; none after a while."""
    until = time.monotonic() + LONGEST_DELIVERY
    while time.monotonic() < until:
        mails = [
            email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            for path in (site.folder / "mail").glob("*.eml")
        ]
        found = [it for it in mails if number in it["Subject"] and it["To"].startswith(f"{to}@")]
        if found:
            return found
        time.sleep(0.2)
    return []


def expect(shown: Any) -> Any:
    """Playwright's assertions that wait, since what an act brings may come after the click has returned.

    Imported here, so that the modules can be collected where Playwright is missing.
    """
    from playwright.sync_api import expect as waiting

    waiting.set_options(timeout=LONGEST_WAIT)
    return waiting(shown)
