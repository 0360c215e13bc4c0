"""What is declared in one place is used somewhere: kinds of events and notices, permissions, settings, flows, jobs."""

import ast
import re
from functools import cache

import pytest

from portal.access import permissions
from portal.core import flow
from portal.settings import Settings
from tests.house import source


@pytest.fixture(scope="module", autouse=True)
def _load() -> None:
    source.load()


def declared(callee: str) -> dict[str, str]:
    """Constants made by a call (`Kind`, `Notice`, `Flow`): name -> where."""
    return {
        target.id: f"{path}:{node.lineno}"
        for path, tree in source.modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and ast.unparse(node.value.func).endswith(callee)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


@cache
def named() -> set[str]:
    """Every name and attribute that any function or expression of the portal reads."""
    return {
        node.id if isinstance(node, ast.Name) else node.attr
        for _path, tree in source.modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load)
    }


@pytest.mark.parametrize("callee", ["Kind", "Notice", "Flow", "Slot"])
def test_what_is_declared_is_used(callee: str) -> None:
    idle = {name: place for name, place in declared(callee).items() if name not in named()}
    assert not idle


def test_keys_are_named_after_their_object() -> None:
    assert all(re.fullmatch(r"[a-z_]+\.[a-z_]+", key) for key in (*flow.KINDS, *flow.NOTICES))


def test_sentences_name_only_values_that_they_declare() -> None:
    unknown = {
        kind.key: wrong
        for kind in (*flow.KINDS.values(), *flow.NOTICES.values())
        if (wrong := set(re.findall(r"%\((\w+)\)", kind.says)) - set(kind.values) - {"actor"})
    }
    assert not unknown


def test_every_state_of_a_flow_can_be_reached() -> None:
    for one in flow.FLOWS.values():
        assert flow.reachable(one) == set(one.names), one.key


def test_moves_need_permissions_that_there_are() -> None:
    needed = {move.may for one in flow.FLOWS.values() for move in one.rows} - {flow.CLOCK}
    assert all(permissions.known(key) for key in needed)


def test_every_permission_is_asked_for_somewhere() -> None:
    asked = {
        node.value
        for path, tree in source.modules()
        if path != "portal/access/permissions.py"
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    for template in source.templates():
        asked |= set(re.findall(r"[\"']([a-z_]+\.[a-z_]+)[\"']", template.read_text(encoding="utf-8")))
    idle = sorted(set(permissions.PERMISSIONS) - asked)
    assert not idle


def test_every_setting_is_read() -> None:
    names = named()
    assert not [name for name in Settings.__dataclass_fields__ if name not in names]
