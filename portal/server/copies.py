"""Backup and restore: one zip with the database, the uploads and a list of hashes. The secret key is not in it."""

import hashlib
import json
import shutil
import sqlite3
import subprocess
import tempfile
import zipfile
from contextlib import closing
from pathlib import Path

from portal.core import clock
from portal.settings import Settings

MANIFEST = "manifest.json"


def backup(settings: Settings, file: Path) -> str:
    """Write a backup that holds every write acknowledged before it began; safe while the portal runs.

    RuntimeError if the file exists or PostgreSQL's own tools fail.
    """
    if file.exists():
        raise RuntimeError(f"{file} exists already")
    with tempfile.TemporaryDirectory(dir=settings.folder) as folder:
        parts = {
            "portal.db" if _is_sqlite(settings) else "portal.dump": _copy_database(settings, Path(folder))
        }
        for found in sorted((settings.folder / "files").rglob("*")):
            if found.is_file():
                parts[f"files/{found.relative_to(settings.folder / 'files')}"] = found
        told = {
            "made_at": clock.now().isoformat(),
            "sha256": {name: _digest(path) for name, path in parts.items()},
        }
        unfinished = Path(folder) / "backup.zip"
        with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as out:
            for name, path in parts.items():
                out.write(path, name)
            out.writestr(MANIFEST, json.dumps(told, indent=1))
        shutil.move(unfinished, file)
    file.chmod(0o600)
    return f"{file}: {len(parts)} files"


def restore(settings: Settings, file: Path) -> str:
    """Bring a backup into an instance that has no database yet; every file is checked against its hash first."""
    database = settings.folder / "portal.db"
    if _is_sqlite(settings) and database.exists():
        raise RuntimeError(f"{database.name} exists already: restore only into an empty instance")
    if not zipfile.is_zipfile(file):
        raise RuntimeError(f"{file.name} is not a backup of the portal")
    settings.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.folder) as name, zipfile.ZipFile(file) as kept:
        folder = Path(name)
        if MANIFEST not in kept.namelist():
            raise RuntimeError(f"{file.name} is not a backup of the portal")
        hashes: dict[str, str] = json.loads(kept.read(MANIFEST))["sha256"]
        for part, digest in hashes.items():
            if not (folder / part).resolve().is_relative_to(folder.resolve()):
                raise RuntimeError(f"{part}: not a place inside a backup")
            kept.extract(part, folder)
            if _digest(folder / part) != digest:
                raise RuntimeError(f"{part} is damaged")
        _bring_back(settings, folder)
        if (folder / "files").exists():
            shutil.copytree(folder / "files", settings.folder / "files", dirs_exist_ok=True)
    return f"{len(hashes)} files restored"


def _is_sqlite(settings: Settings) -> bool:
    return settings.database.startswith("sqlite")


def _copy_database(settings: Settings, folder: Path) -> Path:
    if not _is_sqlite(settings):
        target = folder / "portal.dump"
        _run("pg_dump", "--format=custom", f"--file={target}", _postgres_url(settings))
        return target
    target = folder / "portal.db"
    source = settings.database.removeprefix("sqlite:///")
    if not Path(source).exists():
        raise RuntimeError("there is no database to back up yet")
    with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(target)) as copy:
        live.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
    return target


def _bring_back(settings: Settings, folder: Path) -> None:
    if not _is_sqlite(settings):
        _run(
            "pg_restore",
            "--exit-on-error",
            f"--dbname={_postgres_url(settings)}",
            str(folder / "portal.dump"),
        )
        return
    with closing(sqlite3.connect(folder / "portal.db")) as copy:
        told = copy.execute("PRAGMA integrity_check").fetchone()[0]
    if told != "ok":
        raise RuntimeError(f"the database in the backup is damaged: {told}")
    shutil.move(folder / "portal.db", settings.folder / "portal.db")


def _postgres_url(settings: Settings) -> str:
    return settings.database.replace("postgresql+psycopg://", "postgresql://", 1)


def _run(*command: str) -> None:
    try:
        subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603  (fixed programs, own settings)
    except FileNotFoundError:
        raise RuntimeError(f"{command[0]} is not installed") from None
    except subprocess.CalledProcessError as problem:
        raise RuntimeError(f"{command[0]}: {problem.stderr.strip()}") from None


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
