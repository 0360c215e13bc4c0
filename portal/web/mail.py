"""The carrier of mails: writes them in the reader's language and hands them to SMTP or, without one, to a folder.

A mail template is `<room>/mail/<notice>.txt` with a first line `Subject: …`. The Message-ID is made of the effect key,
so a second delivery after a crash can be recognised and dropped by the receiver.
"""

import hashlib
import smtplib
import ssl
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

from flask import Flask, current_app, render_template

from portal.core.outbox import CARRIERS, Parcel
from portal.web.formats import reading_as


class Address(Protocol):
    """Where a person's mail goes, and in which language and time zone."""

    name: str
    email: str
    lang: str
    zone: str


def init_mail(app: Flask) -> None:
    """Register the carrier; `app.extensions["address_of"]` (set by the identity room) finds the reader."""

    def carry(parcel: Parcel) -> None:
        with app.app_context():
            _carry(parcel)

    CARRIERS["mail"] = carry


def _carry(parcel: Parcel) -> None:
    to: Address | None = current_app.extensions["address_of"](parcel.person_id)
    if to is None or not _where(parcel, to):
        return
    message = write(parcel, to)
    settings = current_app.extensions["settings"]
    if settings.mail_url:
        _send(message, settings.mail_url)
    else:
        _keep(message, settings.folder / "mail", parcel.effect_key)


def write(parcel: Parcel, to: Address) -> EmailMessage:
    """The mail as it will leave: subject and text from the template, addressed to the person."""
    settings = current_app.extensions["settings"]
    base_url = settings.base_url or current_app.config.get("LISTEN_URL", "http://localhost:8000")
    values: dict[str, Any] = {**parcel.values, "to": to, "base_url": base_url.rstrip("/"), "company": settings.company}
    with current_app.test_request_context(base_url=base_url), reading_as(to.lang, to.zone):
        text = render_template(parcel.template, **values)
    head, _blank, body = text.strip().partition("\n")
    message = EmailMessage()
    message["Subject"] = " ".join(head.removeprefix("Subject:").split())
    message["From"] = settings.mail_from
    message["To"] = _where(parcel, to)
    domain = settings.mail_from.rpartition("@")[2]
    message["Message-ID"] = f"<{hashlib.sha256(parcel.effect_key.encode()).hexdigest()[:32]}@{domain}>"
    message.set_content(body.strip() + "\n")
    return message


def _where(parcel: Parcel, to: Address) -> str:
    """The person's own address, or the one that the effect names: where mail went before that was changed."""
    return str(parcel.values.get("address") or to.email)


def _send(message: EmailMessage, url: str) -> None:
    parts = urlsplit(url)
    with smtplib.SMTP(parts.hostname or "localhost", parts.port or 25, timeout=20) as server:
        if parts.username:
            # Without a context of its own smtplib takes any certificate, and the password would go to whoever shows one.
            server.starttls(context=ssl.create_default_context())
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(message)


def _keep(message: EmailMessage, folder: Path, effect_key: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    name = "".join(ch if ch.isalnum() or ch in "-_" else "-" for ch in effect_key)[:120]
    (folder / f"{name}.eml").write_bytes(bytes(message))
