"""The pages of a special price, from the form to the decision, with and without JavaScript, in both languages."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from portal.access.viewer import SYSTEM
from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.customers.models import Account
from portal.identity.commands.people import grant_role
from portal.prices import commands
from portal.prices.models import PriceRequest
from portal.products.models import Product
from tests import making
from tests.cast import person
from tests.client import PortalClient
from tests.counting import sent

CLIENTS = Callable[..., PortalClient]
HTMX = {"HX-Request": "true"}
TICKED = re.compile(r'<input(?=[^>]*name="sure")[^>]*\schecked')


@pytest.fixture
def begun(app: Flask) -> Iterator[Flask]:
    """A house in which requests can be sent, on a Monday at nine."""
    with clock.at(making.MONDAY):
        with unit_of_work():
            making.house()
        yield app


@pytest.fixture
def asked(begun: Flask) -> PriceRequest:
    """A request of the rep that waits for his manager."""
    with unit_of_work():
        return making.request(
            of=making.account(name="Jinhe Chemical", name_zh="金禾化工"), remark="For the new plant"
        )


def filled(**changed: Any) -> dict[str, Any]:
    """The form as a browser without JavaScript sends it: names, not numbers."""
    with unit_of_work():
        making.account(name="Ruida Dyeing")
        making.product(name="Pump CQB 50")
    return {
        "account_text": "Ruida Dyeing",
        "product_text": "Pump CQB 50",
        "asked": "9,000",
        "pieces": "3",
    } | changed


def text(answer: TestResponse) -> str:
    return answer.get_data(as_text=True)


def newest() -> PriceRequest:
    """The request made last, as it stands in the database."""
    db.session.rollback()
    return db.session.execute(select(PriceRequest).order_by(PriceRequest.id.desc())).scalars().first()


def state(it: PriceRequest) -> str:
    db.session.rollback()
    return db.session.execute(select(PriceRequest.state).where(PriceRequest.id == it.id)).scalar_one()


def test_three_answers_make_a_request(begun: Flask, client_for: CLIENTS) -> None:
    answer = client_for("rep").submit("/price-requests", filled())
    it = newest()
    assert (answer.status_code, answer.location) == (303, f"/price-requests/{it.id}")
    assert (it.state, it.asked_minor, it.pieces) == ("waiting", 9_000_00, 3)
    shown = text(client_for("rep").get(answer.location))
    assert "Li Na has had this for" in shown


def test_it_says_who_has_it_and_until_when(begun: Flask, client_for: CLIENTS) -> None:
    rep = client_for("rep")
    rep.submit("/price-requests", filled())
    assert "Sent to Li Na; answer by today 11:00." in text(rep.get(f"/price-requests/{newest().id}"))


def test_a_draft_is_kept_and_sent_later(begun: Flask, client_for: CLIENTS) -> None:
    rep = client_for("rep")
    assert rep.submit("/price-requests", filled(act="draft")).status_code == 303
    it = newest()
    assert it.state == "draft"
    assert rep.submit(f"/price-requests/{it.id}/submission", {"version": it.version}).status_code == 303
    assert state(it) == "waiting"


def test_without_javascript_one_can_look_who_decides(begun: Flask, client_for: CLIENTS) -> None:
    rep, asked = client_for("rep"), filled(act="look", asked="7000")
    for _twice in range(2):  # it writes nothing, so the same form may look again
        shown = rep.submit("/price-requests", asked, once="l" * 32)
        assert shown.status_code == 200
        assert "Li Na" in text(shown)
        assert "He Ting" in text(shown)
    assert newest() is None


def test_the_preview_is_the_block_of_the_page(begun: Flask, client_for: CLIENTS) -> None:
    with unit_of_work():
        customer, thing = making.account(), making.product()
        query = f"account={customer.id}&product={thing.id}&asked=7000&pieces=2"
    rep = client_for("rep")
    block = text(rep.htmx(f"/price-requests/new?{query}", "aside#preview"))
    assert block.strip().startswith("<aside")
    assert "<html" not in block
    assert without_keys(block).strip() in without_keys(text(rep.get(f"/price-requests/new?{query}")))


def without_keys(page: str) -> str:
    """A page without what is new in each answer."""
    return re.sub(r'(name="once"[^>]*value=|name="csrf_token"[^>]*value=)"[^"]*"', r"\1", page)


def test_what_is_wrong_stands_at_its_field_and_nothing_typed_is_lost(
    begun: Flask, client_for: CLIENTS
) -> None:
    data = filled(asked="a lot", competitor="Kaiwei & Co", remark="Second try")
    shown = client_for("rep").submit("/price-requests", data)
    assert shown.status_code == 422
    page = text(shown)
    assert '<a href="#asked">Price you ask for, each, before tax: Write it as a number' in page
    for kept in ("a lot", "Kaiwei &amp; Co", "Second try", "Ruida Dyeing"):
        assert kept in page
    assert newest() is None


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"account_text": ""}, "Which customer is it for?"),
        ({"account_text": "Nobody AG"}, "Nothing of that name is known here"),
        ({"asked": ""}, "Say which price the customer needs."),
        ({"asked": "10000"}, "needs no approval"),
        ({"valid_until": "2026-10-01"}, "This day has passed."),
        ({"pieces": "0"}, "Write a number from 1"),
    ],
)
def test_what_a_rule_refuses_is_shown_with_the_form(
    begun: Flask, client_for: CLIENTS, changed: dict[str, str], says: str
) -> None:
    shown = client_for("rep").submit("/price-requests", filled(**changed))
    assert (shown.status_code, newest()) == (422, None)
    assert says in text(shown)


def test_a_product_whose_name_several_have_is_asked_back(begun: Flask, client_for: CLIENTS) -> None:
    data = filled(product_text="Pump")
    with unit_of_work():
        making.product(name="Pump CQB 65")
    shown = client_for("rep").submit("/price-requests", data)
    assert shown.status_code == 422
    assert "Pump CQB 50 · Pump CQB 65" in text(shown) or "Pump CQB 65 · Pump CQB 50" in text(shown)


def test_the_manager_decides(asked: PriceRequest, client_for: CLIENTS) -> None:
    manager = client_for("manager")
    page = text(manager.get(f"/price-requests/{asked.id}"))
    assert "Your decision" in page
    answer = manager.submit(f"/price-requests/{asked.id}/decision", {"verdict": "approve", "version": 1})
    assert (answer.status_code, state(asked)) == (303, "approved")
    assert "Decided. Wang Lei has been told." in text(manager.get(answer.location))


def test_who_approves_for_a_second_hears_whose_turn_it_is(begun: Flask, client_for: CLIENTS) -> None:
    with unit_of_work():
        it = making.request(asked=7_000_00)
    manager = client_for("manager")
    answer = manager.submit(f"/price-requests/{it.id}/decision", {"verdict": "approve", "version": 1})
    page = text(manager.get(answer.location))
    assert "has been told." not in page
    assert "Sent to He Ting; answer by" in page


def test_a_draft_says_who_would_decide_and_until_when(begun: Flask, client_for: CLIENTS) -> None:
    with unit_of_work():
        drafted, returned = making.draft(), making.request()
        making.decide(returned, "manager", "return")
    for it in (drafted, returned):
        page = text(client_for("rep").get(f"/price-requests/{it.id}"))
        assert "Who decides, and by when" in page
        assert "Li Na<small>within 120 working minutes" in page
    assert "Who decides" not in text(client_for("manager").get(f"/price-requests/{returned.id}"))


def test_what_was_decided_or_taken_back_is_told_once(begun: Flask, client_for: CLIENTS) -> None:
    with unit_of_work():
        it = making.request()
        making.decide(it, "manager", "return", "Too low")
        commands.submit(it, version=it.version, by=making.viewer("rep"))
        commands.recall(it, version=making.approval(it).version, by=making.viewer("rep"))
    story = text(client_for("rep").get(f"/price-requests/{it.id}")).partition('id="h-story"')[2].partition("</ol>")[0]
    assert (story.count("sent it back"), story.count("was sent back"), story.count("Too low")) == (1, 0, 1)
    assert (story.count("took the request back"), story.count("took it back")) == (1, 0)


def test_what_is_late_says_so_and_promises_no_answer_in_the_past(begun: Flask, client_for: CLIENTS) -> None:
    with unit_of_work():
        it = making.request(asked=7_000_00)
    page = text(client_for("rep").get(f"/price-requests/{it.id}"))
    assert re.search(r"decides by today 11:00; the answer is promised by [^.]*(tomorrow|Tue 3 Nov|today) 1\d:00\.", page)
    with clock.at(making.MONDAY + timedelta(hours=7)):
        page, today = (text(client_for("rep").get(path)) for path in (f"/price-requests/{it.id}", "/"))
    assert "an answer was promised by today 11:00" in page
    assert re.search(r"to Wang Lei by (tomorrow|Tue 3 Nov) 11:00", page)
    assert "overdue since today 11:00" in today


def test_an_answer_to_htmx_sends_on_by_header(asked: PriceRequest, client_for: CLIENTS) -> None:
    manager = client_for("manager")
    path = f"/price-requests/{asked.id}/decision"
    answer = manager.submit(path, {"verdict": "approve", "version": 1}, headers=HTMX)
    assert (answer.status_code, answer.headers["HX-Location"]) == (200, f"/price-requests/{asked.id}")


def test_a_no_without_a_reason_is_shown_again(asked: PriceRequest, client_for: CLIENTS) -> None:
    path = f"/price-requests/{asked.id}/decision"
    shown = client_for("manager").submit(path, {"verdict": "reject", "note": " ", "version": 1})
    assert (shown.status_code, state(asked)) == (422, "waiting")
    assert "Say why, so that the next try can be better." in text(shown)
    assert "Jinhe Chemical" in text(shown)


def test_who_comes_second_sees_how_it_stands_and_keeps_what_he_wrote(
    asked: PriceRequest, client_for: CLIENTS
) -> None:
    manager = client_for("manager")
    with unit_of_work():
        to_id = person("director").id
        commands.hand_over(asked, to_id=to_id, note="", version=1, by=making.viewer("manager"))
    path = f"/price-requests/{asked.id}/decision"
    shown = client_for("director").submit(path, {"verdict": "reject", "note": "Far below cost", "version": 1})
    assert (shown.status_code, state(asked)) == (409, "waiting")
    assert "Li Na was quicker, " in text(shown)
    assert "Far below cost" in text(shown)
    again = re.search(r'name="version"[^>]*value="(\d+)"', text(shown))
    assert again is not None
    assert again[1] == "2"
    answer = client_for("director").submit(
        path, {"verdict": "reject", "note": "Far below cost", "version": again[1]}
    )
    assert (answer.status_code, state(asked)) == (303, "rejected")
    assert manager.get(f"/price-requests/{asked.id}").status_code == 200


def test_a_decision_on_what_was_decided_says_when(asked: PriceRequest, client_for: CLIENTS) -> None:
    with unit_of_work():
        making.decide(asked, "manager")
    path = f"/price-requests/{asked.id}/decision"
    shown = client_for("manager").submit(path, {"verdict": "reject", "note": "no", "version": 1})
    assert (shown.status_code, state(asked)) == (409, "approved")
    assert "You were quicker yourself in another window, today 09:00." in text(shown)
    assert "You had written: “no”" in text(shown)


def test_terms_of_a_returned_request_are_changed_and_sent(asked: PriceRequest, client_for: CLIENTS) -> None:
    with unit_of_work():
        making.decide(asked, "manager", "return", "Add the date.")
    rep = client_for("rep")
    page = text(rep.get(f"/price-requests/{asked.id}/terms"))
    assert "For the new plant" in page
    data = {
        "account": asked.account_id, "account_text": "Jinhe Chemical", "product": asked.product_id,
        "product_text": asked.product.name, "asked": "9100", "version": newest().version, "act": "submit",
    }  # fmt: skip
    assert rep.submit(f"/price-requests/{asked.id}/terms", data).status_code == 303
    assert (state(asked), newest().asked_minor) == ("waiting", 9_100_00)


def test_changing_a_stale_draft_shows_the_form_again_with_what_was_typed(
    begun: Flask, client_for: CLIENTS
) -> None:
    with unit_of_work():
        it = making.draft()
    shown = client_for("rep").submit(
        f"/price-requests/{it.id}/terms", filled(version=0, remark="Second thoughts")
    )
    assert (shown.status_code, newest().asked_minor) == (409, 9_000_00)
    assert "Second thoughts" in text(shown)
    assert "You were quicker yourself in another window, " in text(shown)


def test_it_is_taken_back_hurried_handed_over_and_thrown_away(
    asked: PriceRequest, client_for: CLIENTS
) -> None:
    rep, manager = client_for("rep"), client_for("manager")
    base = f"/price-requests/{asked.id}"
    assert rep.submit(f"{base}/reminder").status_code == 303
    again = rep.submit(f"{base}/reminder")
    assert again.status_code == 422
    assert "already asked" in text(again)
    given = manager.submit(f"{base}/handover", {"to": person("director").id, "version": 1})
    assert (given.status_code, given.location) == (303, "/price-requests")
    assert rep.submit(f"{base}/recall", {"version": 2}).status_code == 303
    assert state(asked) == "draft"
    answer = rep.submit(f"{base}/disposal", {"version": newest().version})
    assert (answer.status_code, state(asked)) == (303, "discarded")


def test_those_to_whom_it_can_be_handed_stand_there_with_their_team(
    asked: PriceRequest, client_for: CLIENTS
) -> None:
    for lang, shown in (("en", "Chen Yun · Sales<"), ("zh", "陈云 · 销售部<")):
        assert shown in text(client_for("manager", lang=lang).get(f"/price-requests/{asked.id}"))


def test_it_is_not_handed_to_whom_one_pleases(asked: PriceRequest, client_for: CLIENTS) -> None:
    path = f"/price-requests/{asked.id}/handover"
    shown = client_for("manager").submit(path, {"to": person("colleague").id, "version": 1})
    assert (shown.status_code, making.seat(asked).holders[0].person_id) == (422, person("manager").id)


POSTS = ["submission", "decision", "handover", "recall", "reminder", "disposal", "terms"]


@pytest.mark.parametrize("act", POSTS)
def test_acts_are_refused_to_whom_they_do_not_belong(
    asked: PriceRequest, client_for: CLIENTS, act: str
) -> None:
    """A rep of another region finds nothing; a role without the permission is told so; nobody is asked to sign in."""
    path = f"/price-requests/{asked.id}/{act}"
    data = {"version": 1, "verdict": "approve", "to": 1}
    stranger = "other_manager" if act in ("decision", "handover") else "stranger"
    assert client_for(stranger).submit(path, data).status_code == 404
    assert client_for("employee").submit(path, data).status_code == 403
    assert client_for(None).submit(path, data).status_code == 401
    assert client_for("rep").get(path).status_code == (200 if act == "terms" else 405)
    assert state(asked) == "waiting"


@pytest.mark.parametrize(
    "path", ["/price-requests", "/price-requests/new", "/price-requests/1", "/price-requests/1/terms"]
)
def test_pages_are_refused_to_whom_they_do_not_belong(
    asked: PriceRequest, client_for: CLIENTS, path: str
) -> None:
    assert client_for("employee").get(path).status_code == 403
    answer = client_for(None).get(path)
    assert answer.status_code == 303
    assert answer.location.startswith("/login?next=/price-requests")
    if "1" in path:
        assert client_for("stranger").get(path).status_code == 404
        assert client_for("rep").get(path.replace("1", "999")).status_code == 404


def test_a_post_without_token_or_key_is_not_read(asked: PriceRequest, client_for: CLIENTS) -> None:
    manager = client_for("manager")
    path = f"/price-requests/{asked.id}/decision"
    data = {"verdict": "approve", "version": 1}
    assert manager.post(path, data=data).status_code == 400
    assert manager.post(path, data=data | {"csrf_token": manager.token()}).status_code == 400
    assert state(asked) == "waiting"


def test_costs_and_margins_are_for_those_who_may_see_them(asked: PriceRequest, client_for: CLIENTS) -> None:
    path = f"/price-requests/{asked.id}"
    manager = text(client_for("manager").get(path))
    assert "Margin limit" in manager
    assert 'class="z-good"' in manager  # the post of the ladder is shaded at the limit
    seen = text(client_for("rep").get(path))
    assert "Margin limit" not in seen
    assert '<rect class="bar-a"' in seen  # the asked price stands on the ladder
    assert 'class="z-' not in seen
    assert "6,000" not in seen  # the cost


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/price-requests", "特价申请"),
        ("/price-requests/new", "客户"),
        ("/price-requests/1", "金禾化工"),
        ("/approvals", "审批"),
        ("/notifications", "通知"),
        ("/", "等"),
    ],
)
def test_pages_speak_chinese(asked: PriceRequest, client_for: CLIENTS, path: str, says: str) -> None:
    who = "manager" if path == "/approvals" else "rep"
    page = text(client_for(who, lang="zh").get(path))
    assert says in page
    assert '<html lang="zh-Hans"' in page


def test_the_list_shows_what_the_viewer_may_see(asked: PriceRequest, client_for: CLIENTS) -> None:
    with unit_of_work():
        foreign = making.request("stranger")
        own_draft = making.draft()
    seen = {
        who: text(client_for(who).get("/price-requests")) for who in ("rep", "manager", "finance", "stranger")
    }
    numbers = (asked.number, foreign.number, own_draft.number)
    shown = {who: [number in page for number in numbers] for who, page in seen.items()}
    assert shown == {
        "rep": [True, False, True],
        "manager": [True, False, False],
        "finance": [True, True, False],
        "stranger": [False, True, False],
    }


def masked(page: str) -> str:
    """A page without the tokens of its forms, which are new in each answer."""
    return re.sub(r'name="(csrf_token|once)" value="[^"]*"', r'name="\1"', page)


def test_the_list_refreshes_by_its_block(asked: PriceRequest, client_for: CLIENTS) -> None:
    rep = client_for("rep")
    block = text(rep.htmx("/price-requests?state=waiting", "#price_requests-rows"))
    assert asked.number in block
    assert "<html" not in block
    assert masked(block).strip() in masked(text(rep.get("/price-requests?state=waiting")))


@pytest.mark.parametrize(
    "path",
    ["/price-requests", "/price-requests/{id}", "/price-requests/new", "/approvals", "/", "/notifications"],
)
@pytest.mark.parametrize("who", ["rep", "manager"])
def test_no_page_sends_more_statements_for_more_rows(
    asked: PriceRequest, client_for: CLIENTS, path: str, who: str
) -> None:
    if (who, path) == ("rep", "/approvals"):
        path = "/price-requests?rows=100"
    client = client_for(who)
    path = path.format(id=asked.id)
    _more(asked, 2)
    few = _sent(client, path)
    _more(asked, 12)
    assert _sent(client, path) == few <= 40


def _more(like: PriceRequest, many: int) -> None:
    """So many more requests like this one, each second of them decided."""
    for number in range(many):
        with clock.at(making.MONDAY + timedelta(minutes=number)), unit_of_work() as session:
            of, thing = session.get_one(Account, like.account_id), session.get_one(Product, like.product_id)
            it = making.request(of=of, thing=thing)
            if number % 2:
                making.decide(it, "manager")


def _sent(client: PortalClient, path: str) -> int:
    client.get(path)
    db.session.rollback()
    with sent() as seen:
        assert client.get(path).status_code == 200
    return len(seen)


def test_the_customers_of_another_do_not_show_through_the_preview(begun: Flask, client_for: CLIENTS) -> None:
    with unit_of_work():
        foreign, thing = making.account("stranger", name="Secret Customer"), making.product()
    page = text(
        client_for("rep").get(f"/price-requests/new?account={foreign.id}&product={thing.id}&asked=9000")
    )
    assert "Secret Customer" not in page
    assert db.session.get(Account, foreign.id) is not None


def test_the_whole_name_is_enough_though_another_begins_with_it(begun: Flask, client_for: CLIENTS) -> None:
    with unit_of_work():
        making.account(name="Jinhe Chemical", name_zh="金禾化工")
        making.account(name="Jinhe Chemical Works Two", name_zh="金禾化工二厂")
        making.product(name="Pump CQB 60")
    rep = client_for("rep")
    asked = {"account_text": "金禾化", "product_text": "Pump CQB 60", "asked": "9,000"}
    unclear = rep.submit("/price-requests", data=asked)
    assert unclear.status_code == 422
    assert "Jinhe Chemical Works Two" in text(unclear)
    rep.submit("/price-requests", data=asked | {"account_text": "金禾化工"})
    meant = select(Account.name_zh).join(PriceRequest, PriceRequest.account_id == Account.id)
    assert db.session.execute(meant).scalar_one() == "金禾化工"


def test_a_product_without_a_list_price_is_asked_for_and_decided(begun: Flask, client_for: CLIENTS) -> None:
    with unit_of_work():
        of, thing = making.account(name="Jinhe Chemical"), making.product(name="Sample", price=0, cost=None)
    query = f"account={of.id}&product={thing.id}&asked=90&pieces=2"
    assert "Li Na" in text(client_for("rep").get(f"/price-requests/new?{query}"))
    asked = {"account_text": of.name, "product_text": thing.name, "asked": "90"}
    page = client_for("rep").submit("/price-requests", asked).location
    for username in ("rep", "manager", "finance"):
        assert client_for(username).get(page).status_code == 200, username


@pytest.mark.parametrize("field", ["asked", "competitor_price"])
def test_an_amount_that_fits_into_no_column_is_refused(begun: Flask, client_for: CLIENTS, field: str) -> None:
    answer = client_for("rep").submit("/price-requests", filled(**{field: "9999999999999万"}))
    assert answer.status_code == 422
    assert "too large" in text(answer)


def test_all_faults_of_a_new_request_are_told_at_once(begun: Flask, client_for: CLIENTS) -> None:
    wrong = filled(account_text="Nobody AG", asked="10000", valid_until="2026-10-01", pieces="0")
    shown = client_for("rep").submit("/price-requests", wrong)
    assert (shown.status_code, newest()) == (422, None)
    for says in (
        "Nothing of that name",
        "needs no approval",
        "This day has passed.",
        "Write a number from 1",
    ):
        assert says in text(shown)


def test_a_field_left_empty_is_told_once_beside_the_other_faults(begun: Flask, client_for: CLIENTS) -> None:
    shown = text(client_for("rep").submit("/price-requests", filled(asked="", valid_until="2026-10-01")))
    assert "This day has passed." in shown
    assert shown.count("Say which price the customer needs.") == shown.count("This day has passed.")


def test_all_faults_of_changed_terms_are_told_at_once(begun: Flask, client_for: CLIENTS) -> None:
    rep = client_for("rep")
    rep.submit("/price-requests", filled(act="draft"))
    it = newest()
    assert it is not None
    wrong = {
        "account_text": "Ruida Dyeing",
        "product_text": "Pump CQB 50",
        "asked": "10000",
        "version": it.version,
    }
    shown = rep.submit(f"/price-requests/{it.id}/terms", wrong | {"valid_until": "2026-10-01"})
    assert shown.status_code == 422
    for says in ("needs no approval", "This day has passed."):
        assert says in text(shown)


def test_a_price_far_under_list_is_asked_about_before_it_goes(begun: Flask, client_for: CLIENTS) -> None:
    rep = client_for("rep")
    slip = filled(asked="9")
    page = text(rep.submit("/price-requests", slip))
    assert "is it the price of one piece?" in page
    assert "Yes, this is the price of one piece" in page
    assert newest() is None
    linked = text(rep.get("/price-requests/new", query_string=slip | {"sure": "y"}))
    assert TICKED.search(linked) is None
    assert TICKED.search(text(rep.htmx(f"/price-requests/new?{urlencode(slip | {'sure': 'y'})}", "aside#preview")))
    assert rep.submit("/price-requests", slip | {"sure": "y"}).status_code == 303
    it = newest()
    assert it.asked_minor == 9_00
    rep.submit(f"/price-requests/{it.id}/recall", {"version": it.version})
    changed = text(rep.get(f"/price-requests/{it.id}/terms"))
    assert "Yes, this is the price of one piece" in changed
    assert TICKED.search(changed) is None


@pytest.mark.parametrize("field", ["deliver_by", "valid_until"])
@pytest.mark.parametrize(("day", "why"), [("2020-01-01", "This day has passed."), ("2126-01-01", "Is the year right?")])
def test_a_slip_of_the_year_is_told(begun: Flask, client_for: CLIENTS, field: str, day: str, why: str) -> None:
    assert why in text(client_for("rep").submit("/price-requests", filled(**{field: day})))
    assert newest() is None


def test_who_gets_a_request_back_reads_by_whom_and_why(asked: PriceRequest, client_for: CLIENTS) -> None:
    with unit_of_work():
        making.decide(asked, "manager", "return", "Name the competitor")
    rep = client_for("rep")
    for page in (text(rep.get(f"/price-requests/{asked.id}")), text(rep.get(f"/price-requests/{asked.id}/terms"))):
        assert "Li Na sent it back" in page
        assert "“Name the competitor”" in page
    assert "Sent back to you." in text(rep.get(f"/price-requests/{asked.id}"))


def test_an_old_form_of_a_request_that_was_sent_leads_to_it(asked: PriceRequest, client_for: CLIENTS) -> None:
    rep = client_for("rep")
    with unit_of_work():
        thing = db.session.get_one(Product, asked.product_id).name
    old = {"account_text": "Jinhe Chemical", "product_text": thing, "asked": "8,000", "version": "1"}
    answer = rep.submit(f"/price-requests/{asked.id}/terms", old)
    assert answer.status_code == 409
    assert "It has been sent meanwhile." in text(answer)
    assert f'href="/price-requests/{asked.id}"' in text(answer)


def test_the_desk_tells_what_is_asked(begun: Flask, client_for: CLIENTS) -> None:
    with unit_of_work():
        making.request(thing=making.product(name="Pump CQB 80"), pieces=24)
    manager = client_for("manager")
    for path in ("/", "/approvals"):
        page = text(manager.get(path))
        assert "24 × Pump CQB 80" in page
        assert "10.0\u00a0% off list" in page


def test_all_who_decide_next_are_named(begun: Flask, client_for: CLIENTS) -> None:
    with unit_of_work():
        grant_role(person("pm"), "finance", since=clock.today(making.viewer("pm").zone), by=SYSTEM)
        it = making.request(asked=7_000_00)
    page = text(client_for("manager").get(f"/price-requests/{it.id}"))
    assert "Approving sends it on to He Ting or Qian Bo at once." in page
    with unit_of_work():
        making.decide(it, "manager")
    assert "He Ting or Qian Bo has had this for" in text(client_for("rep").get(f"/price-requests/{it.id}"))


def test_who_decides_what_was_taken_back_meanwhile_keeps_his_words(asked: PriceRequest, client_for: CLIENTS) -> None:
    manager = client_for("manager")
    manager.get(f"/price-requests/{asked.id}")
    with unit_of_work():
        commands.recall(asked, version=making.approval(asked).version, by=making.viewer("rep"))
    data = {"verdict": "return", "note": "Too low for this customer", "version": "1"}
    answer = manager.submit(f"/price-requests/{asked.id}/decision", data)
    assert answer.status_code == 404
    assert "While you wrote, it was taken back" in text(answer)
    assert "Too low for this customer" in text(answer)


def test_a_session_that_has_ended_leads_to_the_sign_in(asked: PriceRequest, client_for: CLIENTS) -> None:
    page = text(client_for(None).submit(f"/price-requests/{asked.id}/decision", {"note": "Too low", "version": "1"}))
    assert "Your session has ended" in page
    assert 'href="/login?next=/"' in page
