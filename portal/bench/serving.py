"""The server that is measured: the portal in waitress as `portal serve` runs it, with a bare answer beside it."""

import sys
from collections.abc import Callable, Iterable
from typing import Any

import waitress

from portal.app import create_app
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


def main() -> None:
    """Serve the instance and port of the command line until it is ended."""
    instance, port = sys.argv[1:]
    app = create_app(Settings(instance=instance, assets="local", log_level="ERROR"))
    waitress.serve(
        with_bare(app), host="127.0.0.1", port=int(port), threads=8, connection_limit=1000, ident=None
    )


if __name__ == "__main__":
    main()
