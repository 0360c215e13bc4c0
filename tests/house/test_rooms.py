"""Rooms keep to their words, their order and their size."""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.house import source

LONGEST = 400
VAGUE_FILES = {"base", "common", "helper", "helpers", "misc", "tools", "util", "utils"}
VAGUE_CLASS = re.compile(r"(Manager|Service|Helper|Handler|Util|Utils|Processor)$")


def test_files_of_a_room_are_a_closed_list_of_words() -> None:
    strange = [
        str(file.relative_to(source.ROOT))
        for room in source.rooms()
        for file in room.iterdir()
        if file.stem not in (*source.WORDS, "__init__", "__pycache__")
    ]
    assert not strange, f"a room holds {', '.join(source.WORDS)} and nothing else: {strange}"


def test_every_folder_of_the_portal_has_its_place_in_the_order() -> None:
    known = set(source.height()) | {"migrations", "static", "templates", "translations", "__pycache__"}
    assert {entry.stem for entry in source.PORTAL.iterdir()} <= known | {"__init__", "py"}


def test_a_room_says_what_it_is_and_its_file_says_nothing_else() -> None:
    for room in source.rooms():
        body = source.tree(room / "__init__.py").body
        assert len(body) == 1, f"{room.name}/__init__.py holds more than its docstring"
        assert ast.get_docstring(source.tree(room / "__init__.py")), f"{room.name} does not say what it is"


def test_no_vague_names() -> None:
    files = [path for path, _tree in source.modules() if Path(path).stem in VAGUE_FILES]
    classes = [
        f"{path}:{node.lineno} {node.name}"
        for path, tree in source.modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and VAGUE_CLASS.search(node.name)
    ]
    assert not files + classes


def test_no_file_is_too_long() -> None:
    long = {
        path: length
        for path, _tree in source.modules()
        if "migrations/versions" not in path and (length := _lines(source.ROOT / path)) > LONGEST
    }
    assert not long, f"split by noun into a folder of the same name: {long}"


def _lines(file: Path) -> int:
    return len(file.read_text(encoding="utf-8").splitlines())


def test_forms_are_imported_by_the_views_of_their_own_room_only() -> None:
    foreign = [
        f"{path}: {name}"
        for path, tree in source.modules()
        for name in _imported(tree)
        if (found := re.match(r"portal\.(\w+)\.forms\b", name))
        and not re.match(rf"portal/{found[1]}/(views|forms)\b", path)
    ]
    assert not foreign


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _called(node: ast.AST) -> str:
    """The dotted name that a call calls; "" for anything else."""
    return ast.unparse(node.func) if isinstance(node, ast.Call) else ""


def _sets_state(node: ast.AST) -> bool:
    targets = (
        node.targets
        if isinstance(node, ast.Assign)
        else [node.target]
        if isinstance(node, ast.AugAssign)
        else []
    )
    return any(isinstance(target, ast.Attribute) and target.attr == "state" for target in targets)


@dataclass(frozen=True)
class Ban:
    """What no room does, since one place does it for all; how it looks in the tree; which files may do it still."""

    says: str
    looks: Callable[[ast.AST], bool]
    but: tuple[str, ...] = ()


BANS = (
    Ban(
        "commits: the unit of work does",
        lambda n: _called(n).endswith(("session.commit", "session().commit")),
    ),
    Ban("reads the system clock: core.clock does", lambda n: _called(n) in CLOCKS),
    Ban(
        "asks for the current user: acts get `by`",
        lambda n: isinstance(n, ast.Name) and n.id == "current_user",
        but=("plugs",),
    ),
    Ban(
        "uses Model.query: write a select",
        lambda n: _called(n).endswith((".query.filter", ".query.filter_by", ".query.get")),
    ),
    Ban("sets a state: core.moves does", _sets_state),
    # Slow work (parsing, hashing) stays outside the transaction, so these open it themselves.
    Ban(
        "opens a unit of work: the door does",
        lambda n: _called(n).endswith("unit_of_work"),
        but=("jobs", "intake", "views"),
    ),
)
CLOCKS = {
    "datetime.now", "datetime.utcnow", "datetime.today", "datetime.datetime.now", "datetime.datetime.utcnow",
    "date.today", "datetime.date.today", "time.time",
}  # fmt: skip


@pytest.mark.parametrize("ban", BANS, ids=lambda ban: ban.says)
def test_no_room_does_what_one_place_does_for_all(ban: Ban) -> None:
    found = [
        f"{path}:{node.lineno}"
        for path, tree in source.modules(*source.rooms())
        if path.split("/")[2].removesuffix(".py") not in ban.but
        for node in ast.walk(tree)
        if ban.looks(node)
    ]
    assert not found, f"a room {ban.says}: {found}"


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("db.session.commit()", "commits"), ("now = datetime.now(UTC)", "clock"), ("x = date.today()", "clock"),
        ("commands.submit(it, by=current_user)", "current user"), ("Account.query.filter_by(id=1)", "Model.query"),
        ("it.state = 'approved'", "sets a state"), ("with unit_of_work():\n    pass", "unit of work"),
    ],
)  # fmt: skip
def test_the_check_sees_it(code: str, reason: str) -> None:
    seen = [ban.says for ban in BANS if any(ban.looks(node) for node in ast.walk(ast.parse(code)))]
    assert len(seen) == 1
    assert reason in seen[0]
