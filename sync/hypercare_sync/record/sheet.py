"""The parts of a page: figures, tables, charts with their tables, and stories. A renderer knows these and nothing of tickets."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from hypercare_sync.text.document import Spans, Tone, spans

ChartName = Literal["flow", "resolve", "targets", "incidents"]


@dataclass(frozen=True, slots=True)
class Column:
    """The head of a column, and what stands in it: numbers and lengths are set to the right."""

    name: str
    kind: Literal["text", "number", "time"] = "text"


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a table; it is sorted by `key` where its words are in another order."""

    spans: Spans
    key: float | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table with its caption; `empty` is said where it has no rows."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    empty: str = "None."


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart with its title, what it shows in a sentence, and the same figures as a table, which is folded unless it is to be `open`."""

    chart: ChartName
    title: str
    description: str
    sheet: Sheet
    open: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of the head: what it is, its value, and what else to know of it."""

    name: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures that a reader sees first."""

    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Remark:
    """A line set apart."""

    tone: Tone
    spans: Spans


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened at a time, as people read it; `at` is the same for machines."""

    at: datetime
    shown: str
    spans: Spans


@dataclass(frozen=True, slots=True)
class Story:
    """What happened, one after the other, and tables that tell more of it. Folded until somebody opens it."""

    title: Spans
    events: tuple[Event, ...]
    sheets: tuple[Sheet, ...] = ()


Part: TypeAlias = Sheet | Picture | Figures | Remark | Story


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with its parts; `id` is where links lead."""

    id: str
    title: str
    parts: tuple[Part, ...]
    lead: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """The whole page: what it is about, of when it is, for whom, and its sections."""

    title: str
    health: str
    lead: str
    as_of: str
    audience: str
    sections: tuple[Section, ...]


def cell(*parts: str, key: float | None = None) -> Cell:
    """A cell of plain words."""
    return Cell(spans(*parts), key)
