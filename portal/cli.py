"""The command line. Each command is a few lines onto a command or a query of a room.

Exit codes: 0 done, 1 refused with one line on stderr, 2 wrong usage; never a traceback for bad input.
"""

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from flask import Flask

from portal import server
from portal.app import create_app
from portal.core import clock, jobs
from portal.core.db import db, unit_of_work
from portal.core.errors import NotFound, Refused
from portal.settings import Settings


class Commands(click.Group):
    """Turns what commands refuse into one line on stderr and exit code 1."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Refused as refused:
            raise click.ClickException(str(refused)) from None
        except NotFound:
            raise click.ClickException("not found") from None
        except (click.exceptions.Exit, click.Abort):
            raise
        except (RuntimeError, OSError, TimeoutError) as problem:
            raise click.ClickException(str(problem)) from None


def _app() -> Flask:
    return create_app(Settings.read())


@click.group(cls=Commands)
@click.version_option(package_name="crm-rollout-portal")
def main() -> None:
    """The CRM Rollout Portal."""


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, envvar="PORT")
@click.option(
    "--first-run",
    is_flag=True,
    help="Create what is missing, load the demo into an empty database, print links.",
)
def serve(host: str, port: int, first_run: bool) -> None:  # noqa: FBT001
    """Serve the portal; on SQLite with the background work in the same process."""
    server.serve(Settings.read(), host=host, port=port, first_run=first_run)


@main.command()
def worker() -> None:
    """Do background work in a process of its own (PostgreSQL)."""
    server.work(Settings.read())


@main.command()
def migrate() -> None:
    """Bring the database to the present schema."""
    from portal.migrations.run import upgrade

    app = _app()
    with app.app_context():
        click.echo(f"schema {upgrade()}")


@main.command()
def tick() -> None:
    """Run one idempotent sweep of everything that is due."""
    app = _app()
    with app.app_context():
        for name, count in jobs.tick().items():
            click.echo(f"{name}: {count}")


@main.command("add-admin")
@click.argument("username")
@click.argument("name")
def add_admin(username: str, name: str) -> None:
    """Add an administrator (the first one of an installation without the demo) and print a sign-in link."""
    from portal.access.viewer import SYSTEM
    from portal.identity.commands import links, people

    settings = Settings.read()
    with _app().app_context():
        with unit_of_work():
            it = people.create_person(username=username, name=name, zone=settings.zone, by=SYSTEM)
            people.grant_role(it, "admin", since=clock.today(settings.zone), by=SYSTEM)
            db.session.flush()
            token = links.make_link(it, by=SYSTEM)
        click.echo(server.link(settings, token, "/"))


@main.command("login-link")
@click.argument("username")
@click.option("--next", "next_path", default="/", help="Where the link leads to.")
@click.option("--base-url", default="", help="Address of the portal; by default that of the running server.")
def login_link(username: str, next_path: str, base_url: str) -> None:
    """Print a one-time sign-in link, good for 24 hours.

    It asks for no second factor, so that nobody is locked out for good, and its person is not told: whoever can run this
    command can read and write the database too.
    """
    from portal.identity.commands import links

    app = _app()
    with app.app_context():
        with unit_of_work():
            token = links.issue_link(username)
        click.echo(server.link(Settings.read(), token, next_path, base_url))


@main.command()
@click.option("--json", "as_json", is_flag=True)
def routes(as_json: bool) -> None:  # noqa: FBT001
    """Print method, path, permission and scope of every route."""
    from portal.web.pages import declared

    rows = declared(_app())
    if as_json:
        click.echo(
            json.dumps(
                [{"method": r.method, "path": r.rule, "permission": r.may, "scope": r.on} for r in rows],
                indent=1,
            )
        )
        return
    widths = [max(len(getattr(r, name)) for r in rows) for name in ("method", "rule", "may")]
    for r in rows:
        click.echo(f"{r.method:<{widths[0]}}  {r.rule:<{widths[1]}}  {r.may:<{widths[2]}}  {r.on}")


@main.command("import")
@click.argument("kind")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Check everything, write nothing.")
@click.option(
    "--accept-suggestions", is_flag=True, help="Take the suggested spelling for names that are nearly known."
)
def import_(kind: str, file: Path, dry_run: bool, accept_suggestions: bool) -> None:  # noqa: FBT001
    """Import accounts, products, people or opportunities from a CSV or Excel file."""
    from portal.imports import intake

    app = _app()
    with app.app_context():
        settings = Settings.read()
        told = intake.run_file(
            kind,
            file,
            dry_run=dry_run,
            accept_suggestions=accept_suggestions,
            folder=settings.folder / "imports",
            currency=settings.currency,
        )
        for line in told.lines():
            click.echo(line)


@main.command()
@click.argument("number", type=int, required=False)
@click.option("--dry-run", is_flag=True, help="Say what would go and what would stay, change nothing.")
def undo(number: int | None, dry_run: bool) -> None:  # noqa: FBT001
    """Undo an import of the command line by its number; without a number, those that can be undone are listed."""
    from portal.imports import intake

    with _app().app_context():
        try:
            lines = intake.undo(number, dry_run=dry_run)
        except NotFound:
            raise click.ClickException(f"there is no written import {number} of the command line") from None
        for line in lines:
            click.echo(line)


@main.group()
def measures() -> None:
    """Measures and their figures."""


@measures.command("rebuild")
@click.option("--since", required=True, type=click.DateTime(["%Y-%m-%d"]), help="The first day to count anew.")
def measures_rebuild(since: datetime) -> None:
    """Count all days from a day on anew, with the snapshots of figures."""
    from portal.access.viewer import SYSTEM
    from portal.measures import jobs as rollups

    with _app().app_context():
        click.echo(f"{rollups.rebuild(since.date(), by=SYSTEM)} days counted")


@main.group()
def demo() -> None:
    """The demo company."""


@demo.command("load")
@click.option(
    "--if-empty", is_flag=True, help="Do nothing, instead of refusing, if there are people already."
)
def demo_load(if_empty: bool) -> None:  # noqa: FBT001
    """Load the demo company into an empty database."""
    from portal.demo import load

    app = _app()
    with app.app_context():
        click.echo(load(if_empty=if_empty))


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
def backup(file: Path) -> None:
    """Write one file with the database, the uploads and their hashes."""
    from portal.server import copies

    click.echo(copies.backup(Settings.read(), file))


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(file: Path) -> None:
    """Bring a backup back into an empty instance."""
    from portal.server import copies

    click.echo(copies.restore(Settings.read(), file))


@main.command()
def doctor() -> None:
    """Check the installation; exit code 1 if anything is wrong."""
    from portal.home.queries.health import checks

    app = _app()
    with app.app_context():
        found = checks(Settings.read(), whole_chain=True)
    for check in found:
        click.echo(f"{'ok ' if check.ok else 'BAD'}  {check.name}: {check.says}")
    sys.exit(0 if all(check.ok for check in found) else 1)


@main.command()
@click.argument("what", nargs=-1)
@click.option(
    "--customers",
    default="10000",
    show_default=True,
    help="How many customers, with commas for several runs.",
)
def bench(what: tuple[str, ...], customers: str) -> None:
    """Measure pages as ratios to a bare answer of the same server in the same run."""
    from portal.bench import run

    for line in run(what, [int(one) for one in customers.split(",")]):
        click.echo(line)
