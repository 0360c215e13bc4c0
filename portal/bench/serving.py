"""The server that is measured: the portal in waitress as `portal serve` runs it, with a bare answer beside it."""

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import waitress

from portal.app import create_app
from portal.bench.asking import ask_once
from portal.settings import Settings

BARE = "/bare"


def with_bare(portal: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """The portal, and at `/bare` the least that a WSGI application can answer."""

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"] == BARE:
            start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "2")])
            return [b"ok"]
        return portal(environ, start_response)

    return answer


@contextmanager
def served(folder: Path) -> Iterator[int]:
    """The port on which an instance is served by a process of its own while the block runs."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = int(one.getsockname()[1])
    command = [sys.executable, "-m", "portal.bench.serving", str(folder), str(port)]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)  # noqa: S603  (our own program)
    try:
        for _try in range(400):
            try:
                ask_once(port, BARE)
                break
            except OSError:
                time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait()


def main() -> None:
    """Serve the instance and port of the command line until it is ended."""
    instance, port = sys.argv[1:]
    app = create_app(Settings(instance=instance, assets="local", log_level="ERROR"))
    waitress.serve(
        with_bare(app), host="127.0.0.1", port=int(port), threads=8, connection_limit=1000, ident=None
    )


if __name__ == "__main__":
    main()
