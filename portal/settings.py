"""The settings of an installation: environment variables `PORTAL_…`, each with its meaning.

The table of them in the docs is made from here.
"""

import os
import stat
from dataclasses import dataclass, field, fields
from pathlib import Path


def _setting(default: str, says: str) -> str:
    return field(default=default, metadata={"says": says})


@dataclass(frozen=True)
class Settings:
    """One installation. Relative paths are taken from the working directory."""

    instance: str = _setting("instance", "Folder of the database, the job file, the secret and uploaded files")
    database_url: str = _setting("", "SQLAlchemy address; empty: SQLite in the instance folder; `postgresql+psycopg://…` for PostgreSQL")
    jobs_url: str = _setting("", "Job queue: empty: SQLite file in the instance folder; `redis://…` or `postgresql://…`")
    secret_key_file: str = _setting("", "File with the secret key; empty: `secret.key` in the instance folder, made at the first start")
    assets: str = _setting("auto", "Where htmx comes from: `auto` (CDN, own copy after two seconds), `cdn`, `local`")
    cdn_url: str = _setting("https://cdn.jsdelivr.net/npm/htmx.org@4.0.1/dist/htmx.min.js", "Address of htmx on the CDN, checked by its hash")
    base_url: str = _setting("", "Public address, used in mails; empty: the address that `portal serve` listens on")
    trusted_hosts: str = _setting("localhost,127.0.0.1,[::1]", "Host names that the portal answers to, with commas")
    proxies: str = _setting("0", "How many proxies in front may be believed about address and scheme")
    company: str = _setting("Linhe Pumps", "Name of the company in the frame")
    currency: str = _setting("CNY", "Currency of prices that come without one")
    zone: str = _setting("Asia/Shanghai", "Time zone of people who have not chosen one")
    mail_url: str = _setting("", "`smtp://user:password@host:587`; empty: mails are written as files into the instance folder")
    mail_from: str = _setting("portal@localhost", "Sender of mails")
    log_level: str = _setting("INFO", "DEBUG, INFO, WARNING or ERROR")

    @classmethod
    def read(cls, environment: dict[str, str] | None = None) -> "Settings":
        """The settings that the environment names; everything else as by default."""
        env = dict(os.environ) if environment is None else environment
        named = {one.name: env[variable(one.name)] for one in fields(cls) if env.get(variable(one.name))}
        return cls(**named)

    @property
    def folder(self) -> Path:
        """The instance folder."""
        return Path(self.instance).resolve()

    @property
    def database(self) -> str:
        """The address of the database."""
        return self.database_url or f"sqlite:///{self.folder / 'portal.db'}"

    @property
    def jobs(self) -> str:
        """The address of the job queue."""
        return self.jobs_url or f"sqlite:///{self.folder / 'jobs.db'}"

    @property
    def secret_file(self) -> Path:
        """The file that holds the secret key."""
        return Path(self.secret_key_file).resolve() if self.secret_key_file else self.folder / "secret.key"

    def secret(self) -> str:
        """The secret key, made at the first call. RuntimeError if others than the owner may read the file."""
        file = self.secret_file
        if not file.exists():
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            made = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(made, "w") as out:
                out.write(os.urandom(32).hex())
        if stat.S_IMODE(file.stat().st_mode) & 0o077:
            raise RuntimeError(f"{file.name} must be readable by its owner only (chmod 600)")
        return file.read_text().strip()


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return f"PORTAL_{name.upper()}"


def table() -> list[tuple[str, str, str]]:
    """Variable, default and meaning of every setting."""
    return [(variable(one.name), str(one.default), one.metadata["says"]) for one in fields(Settings)]
