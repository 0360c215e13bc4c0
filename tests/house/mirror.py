"""A mirror, not a fence: how long things are, against the lengths that we aim at."""

import ast
from statistics import median

from tests.house import source

Measure = tuple[str, int, list[tuple[int, str]]]


def shown(most: int = 3) -> list[str]:
    """One line a measure: how many are over the aim, and the longest of them."""
    lines = []
    for what, aim, lengths in measures():
        over = sorted((one for one in lengths if one[0] > aim), reverse=True)
        longest = ", ".join(f"{place} {length}" for length, place in over[:most])
        lines.append(f"{what} over {aim}: {len(over)} of {len(lengths)}{f' ({longest})' if over else ''}")
    files = sorted(length for length, _place in _files("*.py"))
    lines.append(f"Python files: median {median(files):.0f} lines (aim 80), p90 {files[len(files) * 9 // 10]} (aim 250)")
    return lines


def measures() -> list[Measure]:
    """What is measured, its aim, and (length, place) of each."""
    return [
        ("bodies of views", 15, _functions("views")),
        ("commands", 40, _functions("commands")),
        ("functions", 30, _functions("")),
        ("templates", 150, _files("*.html")),
        ("style sheets", 250, _files("*.css")),
        ("scripts", 120, [one for one in _files("*.js") if "vendor" not in one[1]]),
    ]


def _files(pattern: str) -> list[tuple[int, str]]:
    return [
        (len(file.read_text(encoding="utf-8").splitlines()), str(file.relative_to(source.PORTAL)))
        for file in source.PORTAL.rglob(pattern)
    ]


def _functions(kind: str) -> list[tuple[int, str]]:
    return [
        (_length(node), f"{path.removeprefix('portal/')}:{node.name}")
        for path, tree in source.modules()
        if kind in path
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
    ]


def _length(function: ast.FunctionDef) -> int:
    """Lines of the body, without the docstring."""
    body = function.body[1:] if ast.get_docstring(function) and len(function.body) > 1 else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1
