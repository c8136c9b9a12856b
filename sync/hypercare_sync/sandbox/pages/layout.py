"""The one HTML frame of the sandbox's pages for people: light and dark, no script, nothing fetched from elsewhere."""

from collections.abc import Sequence
from html import escape

from starlette.responses import HTMLResponse

_STYLE = """
:root { color-scheme: light dark; --ink: #1f2328; --soft: #59636e; --line: #d1d9e0; --paper: #fff; --tint: #f6f8fa; --link: #0969da; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6edf3; --soft: #9198a1; --line: #3d444d; --paper: #0d1117; --tint: #151b23; --link: #4493f8; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 60rem; padding: 1rem 1.5rem 4rem; font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
a { color: var(--link); text-decoration: none; } a:hover { text-decoration: underline; }
nav { padding-bottom: .5rem; border-bottom: 1px solid var(--line); color: var(--soft); }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; vertical-align: top; padding: .35rem .6rem; border-bottom: 1px solid var(--line); }
code, pre { font: 13px/1.45 ui-monospace, monospace; background: var(--tint); border-radius: 4px; } code { padding: .1em .3em; }
pre { padding: .8rem; overflow-x: auto; } pre code { padding: 0; }
blockquote { margin: 0; padding-left: 1rem; border-left: 3px solid var(--line); color: var(--soft); }
img { max-width: 100%; }
.soft { color: var(--soft); } .card { border: 1px solid var(--line); border-radius: 6px; margin: 1rem 0; overflow-wrap: break-word; }
.card table { overflow-wrap: normal; display: block; overflow-x: auto; }
blockquote.warning { border-color: #9a6700; color: inherit; } blockquote.caution { border-color: #d1242f; color: inherit; }
blockquote.tip { border-color: #1a7f37; color: inherit; } blockquote.note, blockquote.important { border-color: #0969da; color: inherit; }
.card > header { padding: .4rem .9rem; background: var(--tint); border-bottom: 1px solid var(--line); color: var(--soft); border-radius: 6px 6px 0 0; }
.card > div { padding: .2rem .9rem; }
.label, .state { display: inline-block; padding: 0 .6em; border-radius: 1em; font-size: .8rem; line-height: 1.6; white-space: nowrap; }
.state { color: #fff; background: #59636e; } .state.open { background: #1a7f37; } .state.closed { background: #8250df; }
"""


def page(title: str, body: str, *, crumbs: tuple[tuple[str, str], ...] = (), status: int = 200) -> HTMLResponse:
    """A whole page: `title` is plain text, `body` is HTML that its maker has escaped, `crumbs` are (name, address) pairs of the way here."""
    trail = " / ".join(link(name, address) for name, address in (("Sandbox", "/"), *crumbs))
    return HTMLResponse(
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>\n"
        f"<body><nav>{trail}</nav><h1>{escape(title)}</h1>\n{body}\n</body></html>\n",
        status_code=status,
    )


def link(text: str, address: str) -> str:
    """A link as HTML, both parts escaped."""
    return f'<a href="{escape(address)}">{escape(text)}</a>'


def label(name: str, colour: str) -> str:
    """A coloured label as HTML; `colour` is six hex digits, and the text is dark or light, whichever can be read on it."""
    red, green, blue = (int(colour[start : start + 2], 16) for start in (0, 2, 4))
    ink = "#1f2328" if red * 299 + green * 587 + blue * 114 > 140_000 else "#fff"
    return f'<span class="label" style="background:#{colour};color:{ink}">{escape(name)}</span>'


def table(headings: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """A table as HTML; headings are plain text, cells are HTML."""
    head = "".join(f"<th>{escape(heading)}</th>" for heading in headings)
    lines = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>\n" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead>\n<tbody>{lines}</tbody></table>"
