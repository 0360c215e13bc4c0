"""The import contracts of pyproject.toml stand, and each of them catches what it is there for."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house import source

SKELETON = {
    "portal/__init__.py": "",
    "portal/app.py": "from portal.prices import plugs, views",
    "portal/settings.py": "",
    "portal/core/__init__.py": "",
    "portal/core/db.py": "import flask_sqlalchemy, sqlalchemy",
    "portal/core/flow.py": "",
    "portal/access/__init__.py": "from portal.core import db",
    "portal/web/__init__.py": "",
    "portal/web/pages.py": "import flask\nfrom portal import access",
    "portal/customers/__init__.py": "",
    "portal/customers/models.py": "from portal.core import db",
    "portal/customers/queries.py": "from portal.customers import models",
    "portal/customers/forms.py": "import wtforms",
    "portal/customers/views.py": "from portal.customers import forms, queries\nfrom portal.web import pages",
    "portal/prices/__init__.py": "",
    "portal/prices/rules.py": "",
    "portal/prices/flow.py": "from portal.core import flow\nfrom portal.prices import rules",
    "portal/prices/models.py": "from portal.customers import models",
    "portal/prices/commands.py": "from portal.prices import flow, models",
    "portal/prices/forms.py": "import wtforms",
    "portal/prices/views.py": "from portal.prices import commands, forms\nfrom portal.web import pages",
    "portal/prices/plugs.py": "from portal.customers import queries",
}

# The contract that must break, the file, and what is written into it.
FAULTS = [
    ("Rooms stand in one order", "portal/customers/queries.py", "from portal.prices import models"),
    ("Rooms stand in one order", "portal/customers/queries.py", "def f():\n    from portal.prices import models"),
    ("Rooms stand in one order", "portal/extras/__init__.py", ""),
    ("Rooms stand in one order", "portal/core/db.py", "from portal.web import pages"),
    ("Files inside a room stand in one order", "portal/prices/models.py", "from portal.prices import commands"),
    ("Rules, flows and slots are pure", "portal/prices/rules.py", "from portal.customers import models"),
    ("Rules, flows and slots are pure", "portal/core/flow.py", "import sqlalchemy"),
    ("Commands and queries know nothing of requests", "portal/prices/commands.py", "from portal.web import pages"),
    ("Commands and queries know nothing of requests", "portal/prices/commands.py", "from portal.customers import forms"),
    ("Commands and queries know nothing of requests", "portal/core/db.py", "import flask"),
    ("Views and plugs belong to the application", "portal/prices/plugs.py", "from portal.customers import views"),
    ("Forms belong to views", "portal/prices/plugs.py", "from portal.customers import forms"),
]


def contracts(folder: Path) -> str:
    """What lint-imports says about the portal in a folder, by the contracts of this project."""
    shutil.copy(source.ROOT / "pyproject.toml", folder)
    command = [Path(sys.executable).with_name("lint-imports"), "--no-logo", "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False).stdout


def write(folder: Path, files: dict[str, str]) -> None:
    """Write a small project."""
    for path, text in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text + "\n", encoding="utf-8")


def test_a_well_built_house_passes(tmp_path: Path) -> None:
    write(tmp_path, SKELETON)
    assert "6 kept, 0 broken" in contracts(tmp_path)


@pytest.mark.parametrize(("contract", "path", "fault"), FAULTS)
def test_a_planted_fault_is_caught(tmp_path: Path, contract: str, path: str, fault: str) -> None:
    write(tmp_path, SKELETON | {path: "\n".join(filter(None, (SKELETON.get(path, ""), fault)))})
    assert f"{contract} BROKEN" in contracts(tmp_path)


def test_no_import_is_excused() -> None:
    assert "ignore_imports" not in (source.ROOT / "pyproject.toml").read_text(encoding="utf-8")
