"""The one HTML frame of the sandbox's pages for people, and its parts: light and dark, no script, nothing fetched from elsewhere."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import cache
from html import escape
from importlib.resources import files

from starlette.responses import HTMLResponse

from hypercare_sync.text.content_policy import content_policy

ALERTS = {
    "NOTE": "info", "TIP": "good", "IMPORTANT": "important", "WARNING": "warning", "CAUTION": "danger",
    "INFO": "info", "SUCCESS": "good", "ERROR": "danger",
}  # fmt: skip
"""What is set apart, by the name that GitHub or Jira gives it: the class by which the style colours it."""

SCROLLS = 'class="scroll" tabindex="0" role="group" aria-label="Scrolls sideways"'
"""The attributes of what may be wider than its place: it scrolls by itself, with the keyboard, too."""

_COLOUR = re.compile(r"[0-9a-f]{6}")
_PAINTED = re.compile(r' data-colour="([0-9a-f]{6})"')
_PLAIN = "ededed"
_DEEPEST = 6

Pairs = Iterable[tuple[str, str]]


def page(title: str, body: str, *, crumbs: Pairs = (), aside: str = "", status: int = 200) -> HTMLResponse:
    """A whole page: `title` is plain text, `body` and `aside` are HTML that their makers have escaped, `crumbs` are (name, address) pairs of the way here."""
    trail = "".join(f"<li>{link(name, address)}</li>" for name, address in (("Sandbox", "/"), *crumbs))
    beside = f'<aside aria-label="Details">{aside}</aside>' if aside else ""
    style = _style() + _colours(body + aside)
    text = (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{style}</style></head>\n"
        '<body><a class="skip" href="#content">Skip to the content</a>\n'
        f'<header><nav aria-label="You are here"><ol>{trail}</ol></nav></header>\n'
        f'<main id="content" tabindex="-1"><h1>{escape(title)}</h1>\n'
        f'<div class="{"columns" if aside else "whole"}"><div class="body">{body}</div>{beside}</div></main>\n</body></html>\n'
    )
    headers = {
        "Content-Security-Policy": f"{content_policy(style)}; frame-ancestors 'none'",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
    return HTMLResponse(text, status_code=status, headers=headers)


@cache
def _style() -> str:
    return files(__package__).joinpath("page.css").read_text(encoding="utf-8")


def _colours(body: str) -> str:
    """Rules for the colours that people chose: the page's policy lets no style stand in a tag."""
    chosen = sorted(set(_PAINTED.findall(body)))
    return "".join(f'[data-colour="{one}"] {{ background: #{one}; color: {ink(one)}; }}\n' for one in chosen)


def ink(colour: str) -> str:
    """Black or white, whichever is read better on a colour of six hex digits: their contrast is at least 4.5 to 1."""
    return "#000" if luminance(colour) > 0.179 else "#fff"


def luminance(colour: str) -> float:
    """How light a colour of six hex digits is to the eye, from 0 to 1, as the Web Content Accessibility Guidelines measure it."""
    shares = (int(colour[start : start + 2], 16) / 255 for start in (0, 2, 4))
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def painted(colour: str) -> str:
    """The attribute that gives a tag a background; what is no colour of six hex digits is grey."""
    told = colour.removeprefix("#").lower()
    return f' data-colour="{told if _COLOUR.fullmatch(told) else _PLAIN}"'


def link(text: str, address: str) -> str:
    """A link as HTML, both parts escaped."""
    return f'<a href="{escape(address)}">{escape(text)}</a>'


def label(name: str, colour: str) -> str:
    """A coloured label as HTML; `colour` is six hex digits."""
    return f'<span class="label"{painted(colour)}>{escape(name)}</span>'


def badge(name: str, kind: str) -> str:
    """A state as HTML; `kind` is the class that colours it."""
    return f'<span class="badge {kind}">{escape(name)}</span>'


def moment(at: datetime) -> str:
    """A moment as HTML, in UTC."""
    utc = at.astimezone(UTC)
    return f'<time datetime="{utc:%Y-%m-%dT%H:%M:%SZ}">{utc:%Y-%m-%d %H:%M}</time>'


def table(headings: Sequence[str], rows: Sequence[tuple[str, ...]], caption: str = "") -> str:
    """A table as HTML; headings and caption are plain text, cells are HTML, and the first of a row names it."""
    if not rows:
        return '<p class="soft">None.</p>'
    head = "".join(f'<th scope="col">{escape(heading)}</th>' for heading in headings)
    lines = "".join(
        f'<tr><th scope="row">{first}</th>{"".join(f"<td>{cell}</td>" for cell in rest)}</tr>\n'
        for first, *rest in rows
    )
    named = f"<caption>{escape(caption)}</caption>" if caption else ""
    return f"<div {SCROLLS}><table>{named}<thead><tr>{head}</tr></thead>\n<tbody>{lines}</tbody></table></div>"


def facts(pairs: Pairs) -> str:
    """Names with what they stand for; names are plain text, values are HTML, and an empty one is left out."""
    lines = "".join(f"<div><dt>{escape(name)}</dt><dd>{value}</dd></div>" for name, value in pairs if value)
    return f"<dl>{lines}</dl>"


def section(title: str, body: str) -> str:
    """A part of a page under a title of its own; none where nothing is in it."""
    return f"<section><h2>{escape(title)}</h2>\n{body}</section>\n" if body else ""


def card(who: str, act: str, body: str, anchor: str = "") -> str:
    """What somebody wrote: `who` is plain text; `act` says in HTML what they did and when, `body` is what they wrote."""
    place = f' id="{escape(anchor)}"' if anchor else ""
    head = f"<h2>{avatar(who)}<strong>{escape(who)}</strong> {act}</h2>"
    return f'<article class="card"{place}>{head}<div class="prose">{body}</div></article>'


def avatar(who: str) -> str:
    """A picture of sorts: somebody's initials on a colour that follows from their name."""
    initials = "".join(word[0] for word in re.split(r"[\W_]+", who) if word)[:2].upper()
    return f'<span class="avatar a{sum(map(ord, who)) % 6}" aria-hidden="true">{escape(initials)}</span>'


def choice(here: str, names: Iterable[tuple[str, int]], chosen: str) -> str:
    """Links between lists by state, each with how many it has; they lead to `here` with a query."""
    links = (
        f'<a href="{escape(here)}?state={name}"{" aria-current=page" if name == chosen else ""}>{name.title()} <span>{number}</span></a>'
        for name, number in names
    )
    return f'<nav class="choice" aria-label="By state">{"".join(links)}</nav>'


def alert_title(name: str) -> str:
    """What says in words what the colour of an alert says."""
    return f'<p class="title">{name.capitalize()}</p>'


def outline(levels: Iterable[int]) -> dict[int, int]:
    """Where the headings of a text go: below the page's own two, without a gap between one level and the next."""
    return {level: min(_DEEPEST, 3 + place) for place, level in enumerate(sorted(set(levels)))}
