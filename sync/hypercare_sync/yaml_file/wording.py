"""The words for a model's errors: what is wrong with a value, and what to write instead."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from difflib import get_close_matches
from typing import Any, NamedTuple

from pydantic_core import ErrorDetails, PydanticCustomError

from hypercare_sync.yaml_file.places import Path, YamlFile, follow
from hypercare_sync.yaml_file.shape import Shape

_WRONG = "wrong_value"


class Wording(NamedTuple):
    """What is wrong and what to do; `quoted` where the value as it stands in the file belongs between the two."""

    what: str
    remedy: str
    quoted: bool = True

    def text(self, quote: str) -> str:
        """The two in one line."""
        what = f"{self.what}: {quote}" if self.quoted else self.what
        return f"{what}; {self.remedy}" if self.remedy else what


def wrong(what: str, remedy: str, *, quoted: bool = True) -> PydanticCustomError:
    """What a model's validator raises, told as `what: 'value'; remedy` with the value as it stands in the file.

    A validator that leaves the quoting to us can leak nothing that came from the environment.
    """
    return PydanticCustomError(_WRONG, "{what}; {remedy}", {"what": what, "remedy": remedy, "quoted": quoted})


def nearest(word: str, known: Sequence[str]) -> str | None:
    """Which of the known words was probably meant; None where no one is near."""
    folded = {other.casefold(): other for other in known}
    near = get_close_matches(word.casefold(), folded, n=1)
    return folded[near[0]] if near else None


def suggest(word: str, known: Sequence[str], *, otherwise: str = "") -> str:
    """What to do about a word that is not among the known ones: take the nearest, or else one of them, or do what `otherwise` says."""
    if meant := nearest(word, known):
        return f"did you mean {meant}?"
    return otherwise or (f"write {_either(known)}" if known else "take it out")


def words_for(error: ErrorDetails, path: Path, file: YamlFile, shape: Shape) -> Wording:
    """The words for an error at `path`."""
    kind, context = error["type"], error.get("ctx", {})
    match kind:
        case "wrong_value":
            return Wording(context["what"], context["remedy"], quoted=context["quoted"])
        case "value_error" | "assertion_error":
            return Wording(_without_secrets(str(context["error"]), path, file, shape), "", quoted=False)
        case "missing" | "union_tag_not_found":
            return Wording(
                "missing",
                f"write {path[-1]}: {shape.example(path) or _either(shape.words(path)) or '...'}",
                quoted=False,
            )
        case "extra_forbidden":
            return Wording("unknown key", suggest(str(path[-1]), shape.keys(path[:-1])), quoted=False)
        case "literal_error" | "enum" | "union_tag_invalid":
            if error["loc"][-1:] == ("[key]",):
                return Wording("not known", _nearest_first(str(path[-1]), shape.keys(path[:-1])), quoted=False)
            return Wording("not known", _nearest_first(str(follow(file.written, path)), shape.words(path)))
        case "string_type":
            return _not_text(path, file, shape)
        case "list_type" | "tuple_type" | "set_type" | "frozen_set_type":
            remedy = (
                f"write [{file.quote(path)}]"
                if _is_scalar(path, file) and not shape.secret(path)
                else "write [ITEM, ...]"
            )
            return Wording("not a list", remedy)
        case "timezone_aware":
            return Wording(
                "a time without an offset", f"write {follow(file.written, path)}+00:00, or with another offset"
            )
        case "string_pattern_mismatch":
            return Wording(
                "not of the form that is due", f"write one such as {shape.example(path) or context['pattern']}"
            )
        case "too_short" | "string_too_short" if context["min_length"] == 1:
            return Wording("empty", "write at least one" if kind == "too_short" else "write some text", quoted=False)
    if limit := _LIMITS.get(kind):
        key, what, remedy = limit
        # Of a length of time that is not plain pydantic, the limit comes as its repr.
        bound = "0m" if context[key] == repr(timedelta(0)) else context[key]
        return Wording(what.format(bound), remedy.format(bound))
    what, _, remedy = _lowered(error["msg"]).partition("; ")
    return next((words for start, words in _TYPES if kind.startswith(start)), Wording(what, remedy))


_LIMITS = {
    "greater_than": ("gt", "not more than {}", "write more"),
    "greater_than_equal": ("ge", "less than {}", "write {} or more"),
    "less_than": ("lt", "not less than {}", "write less"),
    "less_than_equal": ("le", "more than {}", "write {} or less"),
    "string_too_long": ("max_length", "longer than {} characters", "write it shorter"),
    "string_too_short": ("min_length", "shorter than {} characters", "write it longer"),
}
_A_DATE = Wording("not a date", "write 2026-11-23T08:00+00:00")
# By the start of pydantic's name of the error; the text of what should be a mapping is not told: it may be a misplaced secret.
_TYPES = (
    ("int_", Wording("not a whole number", "write one such as 30")),
    ("float_", Wording("not a number", "write one such as 0.5")),
    ("finite_number", Wording("not a number", "write one such as 0.5")),
    ("bool_", Wording("neither true nor false", "write true or false")),
    ("dict_", Wording("not a mapping", "write KEY: VALUE lines", quoted=False)),
    ("model_", Wording("not a mapping", "write KEY: VALUE lines", quoted=False)),
    ("datetime_", _A_DATE),
    ("date_from_datetime", Wording("not a day", "write 2026-11-23")),
    ("date_", Wording("not a day", "write 2026-11-23")),
    ("time_delta_", Wording("not a length of time", "write 30m, 4h, 2h30m or 14d")),
    ("time_", Wording("not a time of day", "write 17:30")),
)


def _not_text(path: Path, file: YamlFile, shape: Shape) -> Wording:
    match follow(file.written, path):
        case None:
            return Wording("empty", "write some text", quoted=False)
        case dict() | list():
            return Wording("not text", "write one piece of text")
        case value:
            what = f"{'true or false' if isinstance(value, bool) else 'a number'} where text is due"
            return Wording(
                what, "put it in quotes" if shape.secret(path) else f'put it in quotes: "{file.quote(path)}"'
            )


def _is_scalar(path: Path, file: YamlFile) -> bool:
    value = follow(file.written, path)
    return value is not None and not isinstance(value, dict | list)


def _nearest_first(word: str, known: list[str]) -> str:
    near = get_close_matches(word.casefold(), known, n=1, cutoff=0.3)
    return f"write {_either(sorted(known, key=lambda other: other not in near))}"


def _either(words: Sequence[str]) -> str:
    return " or ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def _lowered(message: str) -> str:
    return message[:1].lower() + message[1:]


def _without_secrets(message: str, path: Path, file: YamlFile, shape: Shape) -> str:
    """A validator's own message, without what is secret or was filled in since the file was read."""
    for below, value in _texts(follow(file.value, path), path):
        written = follow(file.written, below)
        if shape.secret(below) or value != written:
            shown = "..." if shape.secret(below) else str(written)
            for form in (value, repr(value)[1:-1]):
                message = message.replace(form, shown) if form else message
    return message


def _texts(value: object, path: Path) -> Iterator[tuple[Path, str]]:
    """Every text at or below `path`."""
    match value:
        case str():
            yield path, value
        case dict() | list():
            members: Any = value.items() if isinstance(value, dict) else enumerate(value)
            for step, member in members:
                yield from _texts(member, (*path, step))
