"""A document as values: what is said, free of the markup in which it is read.

Texts are held as they came from people; the renderers make them harmless.
"""

import re
from dataclasses import dataclass, field
from typing import Literal, TypeAlias


@dataclass(frozen=True, slots=True)
class Text:
    """Words; line breaks in them count as spaces."""

    value: str


@dataclass(frozen=True, slots=True)
class Strong:
    """Words that stand out."""

    value: str


@dataclass(frozen=True, slots=True)
class Code:
    """A literal name: a label, a rule, a command."""

    value: str


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead to a web page; a url that is not http or https leaves the words only."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Reference:
    """An issue of the GitHub on which the text stands, `owner/name#12`: live there by itself, plain words elsewhere.

    Raises ValueError for a key of another shape.
    """

    key: str

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[A-Za-z0-9_-]+/[A-Za-z0-9._-]+#[0-9]+", self.key):
            raise ValueError(f"not an issue of GitHub: {self.key!r}")


@dataclass(frozen=True, slots=True)
class Mention:
    """Somebody who is called: by login on GitHub, by account id on Jira Cloud and user name on Data Center; by name alone where they have no such account.

    Raises ValueError for a login, an account id or a user name of an impossible shape.
    """

    name: str
    github: str | None = None
    jira: str | None = None

    def __post_init__(self) -> None:
        if self.github is not None and not re.fullmatch(r"[A-Za-z0-9_-]{1,50}(/[A-Za-z0-9_-]{1,50})?", self.github):
            raise ValueError(f"not a login of GitHub: {self.github!r}")
        if self.jira is not None and not re.fullmatch(r"[A-Za-z0-9:_.@+-]{1,128}", self.jira):
            raise ValueError(f"not an account id or user name of Jira: {self.jira!r}")


Inline: TypeAlias = Text | Strong | Code | Link | Reference | Mention
Spans: TypeAlias = tuple[Inline, ...]
Tone: TypeAlias = Literal["good", "warning", "danger", "info"]


def spans(*parts: str | Inline) -> Spans:
    """The parts as one line; a plain string is Text."""
    return tuple(Text(part) if isinstance(part, str) else part for part in parts)


@dataclass(frozen=True, slots=True)
class Heading:
    """The title of what follows; level 1 is the highest."""

    level: Literal[1, 2, 3, 4, 5, 6]
    spans: Spans


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One line of text."""

    spans: Spans


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list without order of its own; may be shortened from its end. `rest` says where what is left out can be found."""

    items: tuple[Spans, ...]
    rest: Spans = field(default=(), repr=False)  # said only of what is left out, so no part of a digest


@dataclass(frozen=True, slots=True)
class Checklist:
    """Conditions, each with whether it is met."""

    items: tuple[tuple[bool, Spans], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a header, the most important first; may be shortened from its end. `rest` says where what is left out can be found.

    Raises ValueError when the header is empty or a row is not as wide as it.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[Spans, ...], ...]
    rest: Spans = field(default=(), repr=False)  # said only of what is left out, so no part of a digest

    def __post_init__(self) -> None:
        if not self.header:
            raise ValueError("a table needs at least one column")
        for number, row in enumerate(self.rows, start=1):
            if len(row) != len(self.header):
                raise ValueError(f"row {number} has {len(row)} cells under a header of {len(self.header)}")


_PLAIN_WORDS = re.compile(r"[\w .:()/+-]{0,80}")


@dataclass(frozen=True, slots=True)
class Series:
    """Whole numbers, one for each point of a chart; `drawn` is how, where they are drawn."""

    name: str
    values: tuple[int, ...]
    drawn: Literal["bar", "line"] = "line"


@dataclass(frozen=True, slots=True)
class Chart:
    """Numbers over points, the oldest first: `panels` are the pictures, one below the other, where the target can draw; every target has the table.

    All words of it are ours. Raises ValueError where they are more than plain words, or a series has not one number for each point.
    """

    axis: str
    points: tuple[str, ...]
    panels: tuple[tuple[Series, ...], ...]

    def __post_init__(self) -> None:
        for words in (self.axis, *self.points, *(series.name for series in self.series)):
            if not _PLAIN_WORDS.fullmatch(words):
                raise ValueError(f"not plain words for a chart: {words!r}")
        for series in self.series:
            if len(series.values) != len(self.points):
                raise ValueError(f"{series.name} has {len(series.values)} numbers for {len(self.points)} points")

    @property
    def series(self) -> tuple[Series, ...]:
        """All series, panel by panel."""
        return tuple(series for panel in self.panels for series in panel)

    @property
    def table(self) -> Table:
        """The same as rows, a point each."""
        rows = (
            (spans(point), *(spans(str(series.values[number])) for series in self.series))
            for number, point in enumerate(self.points)
        )
        return Table((self.axis, *(series.name for series in self.series)), tuple(rows))

    def last(self, most: int) -> "Chart":
        """The chart of no more than the last so many points."""
        start = max(0, len(self.points) - most)
        panels = tuple(tuple(Series(one.name, one.values[start:], one.drawn) for one in panel) for panel in self.panels)
        return Chart(self.axis, self.points[start:], panels)


@dataclass(frozen=True, slots=True)
class Note:
    """A line set apart, coloured by its tone."""

    tone: Tone
    spans: Spans


PlainBlock: TypeAlias = Heading | Paragraph | Bullets | Checklist | Table | Chart


@dataclass(frozen=True, slots=True)
class Fold:
    """Blocks behind a title that opens them. No note or fold goes inside: GitHub and Jira show neither there."""

    title: str
    blocks: tuple[PlainBlock, ...]


Block: TypeAlias = PlainBlock | Note | Fold


@dataclass(frozen=True, slots=True)
class Document:
    """Blocks from top to bottom."""

    blocks: tuple[Block, ...]
