"""Text that people write in Markdown, as HTML that cannot harm: the only way from their words to `Markup`."""

import nh3
from flask import Flask
from markdown_it import MarkdownIt
from markupsafe import Markup

_READER = MarkdownIt("js-default", {"html": False, "linkify": False, "typographer": False}).disable("image")
DEEPER = 2
"""Headings begin below the page's own: `#` becomes h3."""
TAGS = {
    "p", "br", "hr", "strong", "em", "code", "pre", "blockquote", "ul", "ol", "li", "a",
    "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td", "s",
}  # fmt: skip


def markdown(text: str) -> Markup:
    """The HTML of a Markdown text: no raw HTML, no pictures, no scripts, links only to pages and mail."""
    tokens = _READER.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + DEEPER, 6)}"
    html = _READER.renderer.render(tokens, _READER.options, {})
    clean = nh3.clean(
        html, tags=TAGS, attributes={"a": {"href", "title"}, "ol": {"start"}}, url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer",
    )  # fmt: skip
    return Markup(clean)  # noqa: S704  (cleaned in the line above)


def init_markdown(app: Flask) -> None:
    """Let templates say `text|markdown`."""
    app.jinja_env.filters["markdown"] = markdown
