"""The files a page needs: one style sheet, one script, the icon sprite and htmx, each at an address with its content's hash.

The sources stay small files; they are joined, hashed and compressed once at the start. `static/css/order.txt` and
`static/js/order.txt` name them in order. An address never changes its content, so browsers may keep it for good.
"""

import gzip
import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, Response, abort, current_app, request
from markupsafe import Markup

from portal.web import client
from portal.web.pages import declare_open

STATIC = Path(__file__).parents[1] / "static"

FOR_GOOD = "public, max-age=31536000, immutable"
ANEW = "no-cache"


@dataclass(frozen=True)
class Asset:
    """One file as it is sent."""

    name: str
    body: bytes
    packed: bytes
    kind: str
    digest: str

    @property
    def path(self) -> str:
        """The address below /assets/."""
        stem, dot, ending = self.name.rpartition(".")
        return f"{stem}.{self.digest}{dot}{ending}"


class Assets:
    """All files of an installation, made once at the start."""

    def __init__(self, static: Path = STATIC) -> None:
        self.vendored = json.loads((static / "vendor" / "manifest.json").read_text(encoding="utf-8"))
        htmx = self.vendored["htmx.js"]
        made = (
            _asset("portal.css", _joined(static / "css"), "text/css"),
            _asset("portal.js", _one_module(_joined(static / "js")), "text/javascript"),
            _asset(
                "sprite.svg", (static / "icons" / "sprite.svg").read_text(encoding="utf-8"), "image/svg+xml"
            ),
            _asset("mark.svg", (static / "icons" / "mark.svg").read_text(encoding="utf-8"), "image/svg+xml"),
            _asset(
                "htmx.js", (static / "vendor" / htmx["file"]).read_text(encoding="utf-8"), "text/javascript"
            ),
        )
        self.by_name = {asset.name: asset for asset in made}
        self.icons = frozenset(
            re.findall(r'<symbol[^>]*\bid="([^"]+)"', self.by_name["sprite.svg"].body.decode())
        )
        self.integrity: str = htmx["integrity"]

    def url(self, name: str) -> str:
        """The address of a file; LookupError for one that is none of ours."""
        return f"/assets/{self.by_name[name].path}"

    def icon(self, name: str) -> str:
        """The address of an icon of the sprite; LookupError for one that it does not hold."""
        if name not in self.icons:
            raise LookupError(f"the sprite has no icon {name!r}")
        return f"{self.url('sprite.svg')}#{name}"

    def found(self, path: str) -> tuple[Asset, bool] | None:
        """The file that an address means, and whether the address is of just this content."""
        stem, _dot, ending = path.rpartition(".")
        name = f"{stem.rpartition('.')[0]}.{ending}"
        asset = self.by_name.get(name)
        return None if asset is None else (asset, asset.path == path)


def init_assets(app: Flask) -> None:
    """Make the files, serve them below /assets/, and give templates `asset_url`, `icon_url` and `head_assets`."""
    assets = Assets()
    app.extensions["assets"] = assets
    app.add_url_rule("/assets/<path:path>", "assets", _serve, methods=["GET"])
    app.add_url_rule("/favicon.ico", "favicon", _serve_mark, methods=["GET"])
    app.jinja_env.globals.update(asset_url=assets.url, icon_url=assets.icon, head_assets=head_assets)


declare_open("GET", "/assets/<path:path>", "assets", "Style, script and icons, the same for everybody.")
declare_open("GET", "/favicon.ico", "favicon", "The mark, for answers without a page that names it.")


def _serve(path: str) -> Response:
    found = current_app.extensions["assets"].found(path)
    if found is None:
        abort(404)
    return _sent(*found)


def _serve_mark() -> Response:
    return _sent(current_app.extensions["assets"].by_name["mark.svg"], current=False)


def _sent(asset: Asset, current: bool) -> Response:  # noqa: FBT001
    """An address of an earlier version, from a page left open over an update, gets the present file, which is not kept."""
    packed = request.accept_encodings["gzip"] > 0
    answer = Response(asset.packed if packed else asset.body, content_type=f"{asset.kind}; charset=utf-8")
    if packed:
        answer.headers["Content-Encoding"] = "gzip"
    answer.headers["Cache-Control"] = FOR_GOOD if current else ANEW
    answer.vary.add("Accept-Encoding")
    return answer


def head_assets() -> Markup:
    """The tags of a page's head: what the scripts are told, style, scripts."""
    assets: Assets = current_app.extensions["assets"]
    mode = current_app.config.get("ASSETS", "local")
    own = assets.url("htmx.js")
    lines = [
        client.tags(
            source="" if mode == "local" else current_app.config["CDN_URL"],
            own=own if mode == "auto" else "",
            integrity=assets.integrity,
        ),
        Markup('<link rel="icon" href="{}" type="image/svg+xml">').format(assets.url("mark.svg")),
        Markup('<link rel="stylesheet" href="{}">').format(assets.url("portal.css")),
        Markup('<script type="module" src="{}"></script>').format(assets.url("portal.js")),
    ]
    if mode == "local":
        lines.append(Markup('<script defer src="{}" integrity="{}"></script>').format(own, assets.integrity))
    return Markup("\n  ").join(lines)


def _asset(name: str, text: str, kind: str) -> Asset:
    body = text.encode()
    packed = gzip.compress(body, compresslevel=9, mtime=0)
    return Asset(name, body, packed, kind, hashlib.sha256(body).hexdigest()[:12])


def _joined(folder: Path) -> str:
    names = (folder / "order.txt").read_text(encoding="utf-8").split()
    return "\n".join((folder / name).read_text(encoding="utf-8").rstrip("\n") for name in names) + "\n"


def _one_module(text: str) -> str:
    """Modules joined to one: in one scope they need neither import nor export."""
    return re.sub(
        r"^export (?=\w)", "", re.sub(r"^import .*\n", "", text, flags=re.MULTILINE), flags=re.MULTILINE
    )
