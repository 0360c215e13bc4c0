"""Requests that no browser sends are refused, not answered with a fault of ours."""

import pytest
from flask import Flask


def test_a_report_nested_without_end_is_no_report(app: Flask) -> None:
    answer = app.test_client().post("/csp-report", data=b"[" * 15_000, content_type="application/csp-report")
    assert answer.status_code == 400


@pytest.mark.parametrize("origin", ["http://[", "http://[::1", "null", "https://evil.example"])
def test_an_origin_that_is_foreign_or_unreadable_is_refused(app: Flask, origin: str) -> None:
    answer = app.test_client().post("/login", data={}, headers={"Origin": origin})
    assert answer.status_code in (400, 403)


@pytest.mark.parametrize("path", ["/customers/99999999999999999999", "/price-requests/9223372036854775808"])
def test_a_number_that_no_row_can_have_is_not_found(app: Flask, path: str) -> None:
    client = app.test_client()
    client.sign_in("rep")  # type: ignore[attr-defined]
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "path",
    ["/customers?q=%00", "/customers?q=a%00b&sort=%00", "/search?q=%00a", "/people/options?q=%00", "/tasks/receivers?q=%00",
     "/contacts?q=%00", "/customers?%00=1", "/measures?group=%00", "/login?next=%00"],
)  # fmt: skip
def test_a_nul_in_an_address_is_no_fault_of_ours(both_apps: Flask, path: str) -> None:
    client = both_apps.test_client()
    client.sign_in("rep")  # type: ignore[attr-defined]
    assert client.get(path).status_code < 500


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/customers", {"name": "A\0B Works", "version": "1"}),
        ("/tasks", {"title": "Call\0back", "receiver": "p\0", "receiver_text": "Xu\0 Fang"}),
        (
            "/price-requests",
            {"account": "1\0", "account_text": "\0", "product": "\0", "product_text": "\0", "asked": "1\0"},
        ),
        ("/saved-views", {"list_key": "customers\0", "path": "/customers\0", "query": "q=\0", "name": "X\0"}),
        ("/login", {"username": "rep\0", "password": "\0"}),
    ],
)
def test_a_nul_in_a_form_is_no_fault_of_ours(both_apps: Flask, path: str, form: dict[str, str]) -> None:
    client = both_apps.test_client()
    client.sign_in("rep")  # type: ignore[attr-defined]
    assert client.submit(path, form).status_code < 500  # type: ignore[attr-defined]
