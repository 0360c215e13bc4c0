"""The pictures of README and guides, taken anew: `python -m tests.browser.pictures` (some minutes).

A demo company of its own is served, in which it is a Thursday afternoon: at night and on Sundays nobody waits. Where the
fonts Inter and Noto Sans CJK are installed they stand for the system faces, as in the pictures that are kept here.
"""

import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from playwright.sync_api import sync_playwright

from tests.browser.conftest import CHROMIUM, OFFLINE
from tests.browser.driving import Site, free_port, wait_until_served

HERE = Path(__file__).parents[2] / "docs" / "screenshots"
MOST = 4_000_000
"""Bytes of all pictures together."""
THURSDAY, HOUR, MINUTE = 3, 14, 20
WIDE, LOW, NARROW = (1280, 760), (1280, 560), (360, 780)
"""The least size of a picture; each is as tall as its page."""
LOCALES = {"en": "en-GB", "zh": "zh-CN"}

# name, who, where it begins, the link that is followed from there ("" = none), language, size
# fmt: off
PICTURES = (
    ("today",                "manager",   "/",          "",                                     "en", WIDE),
    ("today-zh",             "manager",   "/",          "",                                     "zh", WIDE),
    ("account",              "rep",       "/customers?q=C-00002", "tbody th a",              "en", WIDE),
    ("account-zh",           "rep",       "/customers?q=C-00002", "tbody th a",              "zh", WIDE),
    ("price-request",        "manager",   "/",          ".rows--turn a[href^='/price-requests/']", "en", WIDE),
    ("price-request-zh-360", "manager",   "/",          ".rows--turn a[href^='/price-requests/']", "zh", NARROW),
    ("adoption",             "executive", "/adoption",  "",                                     "en", WIDE),
    ("adoption-zh",          "executive", "/adoption",  "",                                     "zh", WIDE),
    ("pilot",                "pm",        "/pilots",    "main .rows a",                         "en", WIDE),
    ("pilot-zh",             "pm",        "/pilots",    "main .rows a",                         "zh", WIDE),
    ("training",             "employee",  "/training",  "",                                     "en", LOW),
    ("training-zh",          "employee",  "/training",  "",                                     "zh", LOW),
)
# fmt: on

CLOCK = """from datetime import UTC, datetime, timedelta
from portal.core import clock
clock.now = lambda: clock._frozen.get() or datetime.now(UTC) - timedelta(seconds={seconds})
"""
FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig><include ignore_missing="yes">/etc/fonts/fonts.conf</include>
<match target="pattern"><test name="family"><string>sans-serif</string></test>
<edit name="family" mode="prepend" binding="strong"><string>Inter</string></edit></match></fontconfig>
"""


def since_thursday() -> timedelta:
    """How long ago the last Thursday afternoon of the house was."""
    now = datetime.now(UTC).astimezone(ZoneInfo("Asia/Shanghai"))
    then = now.replace(hour=HOUR, minute=MINUTE) - timedelta(days=(now.weekday() - THURSDAY) % 7)
    return now - (then if then <= now else then - timedelta(days=7))


def take(site: Site, browser: Any) -> None:
    """All pictures, each person signed in once."""
    for name, who, path, link, lang, (width, height) in PICTURES:
        context = browser.new_context(
            viewport={"width": width, "height": height}, locale=LOCALES[lang], color_scheme="light",
            has_touch=width < WIDE[0], base_url=site.address, storage_state=site.signed_in.get(who),
        )  # fmt: skip
        page = context.new_page()
        if who not in site.signed_in:
            page.goto(site.login_link(who))
            site.signed_in[who] = context.storage_state()
        page.goto(f"/?lang={lang}")
        page.goto(path)
        if link:
            page.goto(page.locator(link).first.get_attribute("href"))
        if width < WIDE[0]:  # the dock stands at the foot of the whole page
            tall = page.evaluate("document.documentElement.scrollHeight")
            page.set_viewport_size({"width": width, "height": tall})
        page.screenshot(path=HERE / f"{name}.png", full_page=True)
        print(name)
        context.close()


def main() -> None:
    """Serve, take, end; refused when the pictures have become too heavy."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        seconds = since_thursday().total_seconds()
        (place / "sitecustomize.py").write_text(CLOCK.format(seconds=seconds))
        (place / "fonts.conf").write_text(FONTS)
        os.environ |= {"PYTHONPATH": folder, "FONTCONFIG_FILE": str(place / "fonts.conf")}
        site = Site(place / "site", free_port())
        site.folder.mkdir()
        with (place / "log").open("w") as log:
            command = [sys.executable, "-m", "portal", "serve", "--port", str(site.port), "--first-run"]
            server = subprocess.Popen(command, env=site.environment, stdout=log, stderr=subprocess.STDOUT)
            try:
                wait_until_served(f"{site.address}/readyz", server, place / "log")
                with sync_playwright() as started:
                    take(
                        site,
                        started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", OFFLINE]),
                    )
            finally:
                server.terminate()
                server.wait(30)
    weight = sum(one.stat().st_size for one in HERE.glob("*.png"))
    if weight > MOST:
        raise SystemExit(f"the pictures weigh {weight:,} bytes, more than {MOST:,}")


if __name__ == "__main__":
    main()
