"""How a mail leaves: over a way that is checked before the password goes over it."""

import smtplib
import ssl
from email.message import EmailMessage
from unittest.mock import MagicMock

import pytest

from portal.web import mail


def test_the_password_goes_only_to_a_server_that_shows_its_certificate(monkeypatch: pytest.MonkeyPatch) -> None:
    smtp = MagicMock()
    monkeypatch.setattr(smtplib, "SMTP", smtp)
    mail._send(EmailMessage(), "smtp://portal:se%40cret@mail.example:587")
    server = smtp.return_value.__enter__.return_value
    assert [call[0] for call in server.method_calls] == ["starttls", "login", "send_message"]
    context = server.starttls.call_args.kwargs["context"]
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    server.login.assert_called_once_with("portal", "se@cret")
