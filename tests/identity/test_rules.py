"""The pure rules: names, passwords, waiting, codes, trees."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.errors import Refused
from portal.identity import rules

GOOD = "marmalade lifts seven umbrellas"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("Rep", "rep"), (" li.na ", "li.na"), ("ＬＩ．ＮＡ", "li.na"), ("王磊", "王磊"), ("Straße", "strasse")],
)
def test_user_names_are_compared_as_people_mean_them(typed, kept):
    assert rules.username_of(typed) == kept


@pytest.mark.parametrize("username", ["rep", "li.na", "w_lei-2", "王磊", "a" * 80, "7days"])
def test_user_names_that_can_be_typed(username):
    rules.check_username(username)


@pytest.mark.parametrize("username", ["", ".rep", "li na", "a" * 81, "rep\n", "r€p", "-x", "<b>"])
def test_user_names_that_cannot(username):
    with pytest.raises(Refused) as refused:
        rules.check_username(username)
    assert refused.value.field == "username"


@pytest.mark.parametrize(
    ("password", "with_code"),
    [
        (GOOD, False),
        (GOOD, True),
        ("x7!kQp2z", True),
        ("学而时习之不亦说乎有朋自远方来", False),
        ("a b c d e f g h i j", False),
    ],
)
def test_passwords_that_hold(password, with_code):
    rules.check_password(password, username="rep", with_code=with_code)


@pytest.mark.parametrize(
    ("password", "with_code", "why"),
    [
        ("x7!kQp2z", False, "15"),
        ("x7!kQp2", True, "8"),
        ("", False, "15"),
        ("password", True, "first"),
        ("PassWord123", True, "first"),
        ("correcthorsebatterystaple", False, "first"),
        ("aaaaaaaaaaaaaaaaaaaa", False, "first"),
        ("abababababababababab", False, "first"),
        ("wanglei.representative", False, "user name"),
        ("wanglei.representativewanglei.representative", False, "user name"),
        ("z9" * 129, False, "256"),
    ],
)
def test_passwords_that_could_be_guessed(password, with_code, why):
    with pytest.raises(Refused) as refused:
        rules.check_password(password, username="wanglei.representative", with_code=with_code)
    assert why in str(refused.value)
    assert refused.value.field == "password"


def test_a_password_of_256_characters_is_allowed():
    rules.check_password("abcdefgh" * 32, username="rep", with_code=False)


def test_the_same_password_typed_on_another_keyboard():
    assert rules.password_of("ｐａｓｓ") == "pass"
    assert rules.password_of("e\u0301") == rules.password_of("é")


@pytest.mark.parametrize(
    ("failed", "seconds"),
    [(0, 0), (4, 0), (5, 1), (6, 2), (7, 4), (10, 32), (11, 60), (12, 60), (10_000, 60)],
)
def test_waiting_grows_to_a_minute_an_account(failed, seconds):
    assert rules.PER_ACCOUNT.delay(failed) == timedelta(seconds=seconds)


@pytest.mark.parametrize(("failed", "seconds"), [(29, 0), (30, 1), (38, 256), (39, 300), (10_000, 300)])
def test_waiting_grows_to_five_minutes_an_address(failed, seconds):
    assert rules.PER_ADDRESS.delay(failed) == timedelta(seconds=seconds)


@given(st.integers(0, 50), st.integers(1, 10_000), st.integers(0, 100_000), st.integers(0, 100_000))
def test_more_failures_never_wait_shorter(free, longest, one, other):
    pace = rules.Pace(free, longest)
    fewer, more = sorted((one, other))
    assert pace.delay(fewer) <= pace.delay(more) <= timedelta(seconds=longest)


def test_the_key_of_an_account_tells_nothing_without_the_secret():
    key = rules.account_key("my password by mistake", "secret")
    assert key == rules.account_key(" MY password by mistake", "secret")
    assert key != rules.account_key("my password by mistake", "other secret")
    assert "password" not in key


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::ffff", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("unix", "unix"),
        ("x" * 90, "x" * 60),
    ],
)
def test_addresses_are_counted_by_household(address, key):
    assert rules.address_key(address) == key


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("123 456", "123456"),
        ("１２３４５６", "123456"),
        (" AbCd-efgh ", "abcdefgh"),
        ("12\t34\n56", "123456"),
    ],
)
def test_codes_are_compared_as_they_are_meant(typed, code):
    assert rules.code_of(typed) == code


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
            "Edge, Windows",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Linux"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile Safari/604.1",
            "Safari, iPhone",
        ),
        (
            "Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36 MicroMessenger/8.0",
            "WeChat, Android",
        ),
        ("", ""),
        ("<script>", ""),
    ],
)
def test_a_device_in_two_words(agent, device):
    assert rules.device_of(agent) == device


@pytest.mark.parametrize(
    ("parents", "node", "parent", "circle"),
    [
        ({1: None, 2: 1, 3: 2}, 1, 3, True),
        ({1: None, 2: 1, 3: 2}, 1, 1, True),
        ({1: None, 2: 1, 3: 2}, 3, 1, False),
        ({1: None, 2: 1, 3: 2}, 2, None, False),
        ({1: None}, 5, 1, False),
    ],
)
def test_a_place_below_itself(parents, node, parent, circle):
    assert rules.makes_cycle(parents, node, parent) is circle


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=60))
def test_a_tree_that_is_guarded_stays_a_tree(moves):
    parents: dict[int, int | None] = dict.fromkeys(range(10))
    for node, parent in moves:
        if not rules.makes_cycle(parents, node, parent):
            parents[node] = parent
    for node in parents:
        steps, at = 0, node
        while (above := parents[at]) is not None:
            at, steps = above, steps + 1
            assert steps < len(parents)


@given(st.dictionaries(st.integers(0, 5), st.integers(0, 5)), st.integers(0, 5), st.integers(0, 5))
def test_the_guard_ends_even_on_a_broken_tree(parents, node, parent):
    assert rules.makes_cycle(parents, node, parent) in (True, False)


def test_keys_are_derived_as_rfc_5869_says():
    key, salt, purpose = b"\x0b" * 22, bytes(range(13)), bytes(range(0xF0, 0xFA))
    assert rules.derived(key, salt, purpose).hex() == (
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"
    )


def test_the_secret_of_an_app_takes_seed_person_and_key():
    seed, other = rules.SEED + "A" * 32, rules.SEED + "B" * 32
    made = rules.totp_secret(seed, person_id=1, key="k")
    assert made == rules.totp_secret(seed, person_id=1, key="k")
    assert len({made, rules.totp_secret(other, person_id=1, key="k"), rules.totp_secret(seed, person_id=2, key="k"),
                rules.totp_secret(seed, person_id=1, key="l"), "A" * 32}) == 5  # fmt: skip
    assert len(made) == 32
