"""Every state machine of the house, by its table: reachable, named, leading somewhere, and allowed to somebody."""

import pytest

from portal.access.permissions import PERMISSIONS, SIGNED_IN
from portal.app import create_app
from portal.core.flow import CLOCK, FLOWS, KINDS, NOTICES, VALUE_TYPES, Flow, Kind, Move
from portal.settings import Settings


@pytest.fixture(scope="module", autouse=True)
def _rooms(tmp_path_factory: pytest.TempPathFactory) -> None:
    """All rooms are open, so that all flows are declared."""
    create_app(Settings(instance=str(tmp_path_factory.mktemp("instance")), assets="local"))


def flows() -> list[Flow]:
    assert FLOWS
    return list(FLOWS.values())


def test_every_state_can_be_reached() -> None:
    for flow in flows():
        reached, before = {flow.start}, set()
        while reached != before:
            before = set(reached)
            reached |= {move.target for move in flow.rows if set(move.sources) & reached}
        assert reached == set(flow.names), flow.key


def test_every_move_is_one_that_somebody_may_make() -> None:
    for flow in flows():
        for move in flow.rows:
            assert move.may in (CLOCK, SIGNED_IN) or PERMISSIONS[move.may].roles, (flow.key, move.verb)


def test_every_state_leads_to_an_end() -> None:
    """No request can go round for ever without a way out."""
    for flow in flows():
        ending = set(flow.ends)
        for _each in flow.names:
            ending |= {source for (source, _verb), move in flow.moves.items() if move.target in ending}
        assert not flow.ends or ending == set(flow.names), flow.key


def test_a_person_is_offered_what_he_may_and_never_what_the_clock_does() -> None:
    for flow in flows():
        for state in flow.names:
            offered = flow.open_to(state, lambda _permission: True)
            assert all(state in move.sources and move.may != CLOCK for move in offered)
            assert flow.open_to(state, lambda _permission: False) == []


def test_a_state_without_a_name_is_a_fault_of_the_program() -> None:
    with pytest.raises(ValueError, match="states without a name"):
        Flow("trial", "a", {"a": "A"}, Move("go", ("a",), "b", SIGNED_IN, "Go"))
    assert "trial" not in FLOWS


def test_every_kind_tells_only_of_values_that_it_declares() -> None:
    """The sentence names its values; a name that nobody fills in would be an error on a page."""
    for kind in (*KINDS.values(), *NOTICES.values()):
        named = set(_named(kind.says))
        assert named - {"actor"} <= set(kind.values), kind.key
        assert set(kind.values.values()) <= set(VALUE_TYPES), kind.key


def _named(says: str) -> list[str]:
    return [part.partition(")")[0] for part in says.split("%(")[1:]]


def test_a_kind_is_declared_once() -> None:
    key = next(iter(KINDS))
    with pytest.raises(ValueError, match="declared twice"):
        Kind(key, "Something else.")
    with pytest.raises(ValueError, match="unknown value types"):
        Kind("trial.kind", "x", colour="red")
    assert "trial.kind" not in KINDS
