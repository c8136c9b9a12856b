"""Reading YAML with positions, and telling a model's errors in the words of the file."""

import pathlib
import tempfile
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Literal, Self

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    field_validator,
    model_validator,
)
from tests.effort import examples

from hypercare_rules.durations import Duration
from hypercare_rules.lint import MORE
from hypercare_sync.errors import ConfigError
from hypercare_sync.yaml_file import NOTHING, Fault, YamlFile, read, read_on, salvage, validate, wrong

FILE = pathlib.Path("team.yaml")


@pytest.fixture(autouse=True)
def folder(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def reading(text: str) -> YamlFile:
    FILE.write_text(text, encoding="utf-8")
    return read(FILE)


def faults(text: str, model: type[BaseModel] | None = None) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        validate(reading(text), model or BaseModel)
    return str(caught.value).splitlines()


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("NO", "NO"),
        ("off", "off"),
        ("17:30", "17:30"),
        ("2026-11-20", "2026-11-20"),
        ("2026-11-20T08:00+01:00", "2026-11-20T08:00+01:00"),
        ("1_000", "1_000"),
        ("0b1", "0b1"),
        ("5.2.1", "5.2.1"),
        ("'5.2'", "5.2"),
        ('"true"', "true"),
        ("=", "="),
        ("9" * 5000, "9" * 5000),
        ("True", True),
        ("false", False),
        ("007", 7),
        ("-12", -12),
        ("0x1F", 31),
        ("0o17", 15),
        ("5.20", 5.2),
        ("+.5", 0.5),
        ("1e3", 1000.0),
        ("-.inf", float("-inf")),
        ("~", None),
        ("null", None),
        ("", None),
        ('""', ""),
        ("[1, a]", [1, "a"]),
    ],
)
def test_scalars_mean_what_the_core_schema_of_yaml_1_2_says(typed: str, value: object) -> None:
    read_value = reading(f"key: {typed}").value["key"]
    assert read_value == value
    assert type(read_value) is type(value)


def test_a_version_directive_does_not_bring_yaml_1_1_back() -> None:
    assert reading("%YAML 1.1\n---\nat: 17:30\nby: NO").value == {"at": "17:30", "by": "NO"}


def test_each_value_and_key_has_its_place() -> None:
    file = reading("# team\nreleases:\n  - name: Shop\n    empty:\n  - {name: Web}\n")
    assert file.where(("releases",)) == "team.yaml:3:3"
    assert file.where(("releases",), key=True) == "team.yaml:2:1"
    assert file.where(("releases", 0, "name")) == "team.yaml:3:11"
    assert file.where(("releases", 0, "empty")) == "team.yaml:4:5"
    assert file.where(("releases", 1, "name"), key=True) == "team.yaml:5:6"


def test_what_is_missing_is_placed_at_its_nearest_parent() -> None:
    file = reading("releases:\n  - name: Shop\n")
    assert file.where(("releases", 0, "go_live")) == "team.yaml:2:5"
    assert file.where(("trackers", "shop", "url")) == "team.yaml:1:1"


def test_a_byte_order_mark_and_windows_line_ends_move_no_place() -> None:
    FILE.write_bytes(b"\xef\xbb\xbfname: Shop\r\nzone: UTC\r\n")
    assert read(FILE).where(("zone",)) == "team.yaml:2:7"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", ["1:1: nothing in it; write KEY: VALUE lines"], id="empty"),
        pytest.param("# later\n", ["1:1: nothing in it; write KEY: VALUE lines"], id="only a comment"),
        pytest.param("- a", ["1:1: the top level is no mapping; write KEY: VALUE lines"], id="list"),
        pytest.param("a: 1\nb: 2\na: 3", ["3:1: 'a' is here twice; keep this one or the one in line 1"], id="twice"),
        pytest.param(
            "a: {b: 1, b: [2, 2]}", ["1:11: 'b' is here twice; keep this one or the one in line 1"], id="twice inside"
        ),
        pytest.param(
            "a: &x 1\nb: *x\n<<: {c: 1}",
            [
                "1:4: an anchor (&); write the value out at each place, or put the text in quotes",
                "2:4: an alias (*); write the value out, or put the text in quotes",
                "3:1: a merge key; write its values out here",
            ],
            id="anchor, alias and merge key",
        ),
        pytest.param(
            "a: !!python/name:os.system x", ["1:4: a tag (!); take it out, or put the text in quotes"], id="tag"
        ),
        pytest.param("a: !!str 5", ["1:4: a tag (!); take it out, or put the text in quotes"], id="standard tag"),
        pytest.param(
            "5: a\n~: b",
            [
                '1:1: a key that is no text: 5; put it in quotes: "5"',
                '2:1: a key that is no text: ~; put it in quotes: "~"',
            ],
            id="keys",
        ),
        pytest.param("? [a]\n: 1", ["1:3: a list or mapping as a key; write text"], id="list as key"),
        pytest.param(
            "a: 1\n---\nb: 2", ["2:1: a second document; keep one a file, without '---' between parts"], id="documents"
        ),
        pytest.param(
            "a: b: c",
            ["1:5: a second ': ' in one value, or wrong indentation; put the value in quotes, or indent as above"],
            id="colon",
        ),
        pytest.param("a:\n\tb: 1", ["2:1: a tab; indent with spaces"], id="tab"),
        pytest.param(
            "b: 1\na: [1, 2\n",
            [
                "2:4: a list or mapping that is not closed; close each [ with ] and each { with }, with a comma between items"
            ],
            id="bracket",
        ),
        pytest.param(
            "a: 'b\nc: 1",
            ["1:4: a quote that is not closed; close it, or put the value in quotes of the other kind"],
            id="quote",
        ),
        pytest.param(
            "a: @b",
            ["1:4: not YAML; check quotes, brackets and indentation, and put text with special characters in quotes"],
            id="sign",
        ),
        pytest.param(
            "a: x\0",
            ["1:5: a control character; take it out, or write it as \\x.. in double quotes"],
            id="control character",
        ),
        pytest.param(
            'a: "\\ud800"',
            ["1:4: half a character (\\ud800 to \\udfff); write the character itself"],
            id="half a character",
        ),
        pytest.param("a: 1\nb: " + "[" * 60, ["2:54: nested deeper than 50 levels; write it flatter"], id="deep"),
        pytest.param(
            "a: &x 1\nb: 'c",
            [
                "1:4: an anchor (&); write the value out at each place, or put the text in quotes",
                "2:4: a quote that is not closed; close it, or put the value in quotes of the other kind",
            ],
            id="before a syntax error",
        ),
    ],
)
def test_what_would_mislead_is_refused_with_its_place_and_a_remedy(text: str, expected: list[str]) -> None:
    assert faults(text) == [f"team.yaml:{line}" for line in expected]


@pytest.mark.parametrize(
    "text", ["%YAML 3.0\n---\na: b", f"%YAML 1.{'9' * 50}\n---\na: b", 'a: "\\UFFFFFFFF"', "%TAG\n---\na: b"]
)
def test_what_the_parser_itself_stumbles_over_is_a_fault_like_others(text: str) -> None:
    assert "not YAML; check quotes, brackets and indentation" in faults(text)[0]


def test_an_alias_as_a_key_is_told_once() -> None:
    assert faults("*a : 1") == ["team.yaml:1:1: an alias (*); write the value out, or put the text in quotes"]


@pytest.mark.parametrize(
    "secret",
    ["*hunter2", "&hunter2", "!hunter2", "!h!hunter2", "@hunter2", "'hunter2", "[hunter2", "hunter2: x", "%hunter2"],
)
def test_a_syntax_error_never_tells_the_text_it_is_in(secret: str) -> None:
    assert "hunter2" not in "".join(faults(f"token: {secret}"))


def test_a_file_that_is_not_there_is_told_by_its_path() -> None:
    with pytest.raises(
        ConfigError, match=r"^team\.yaml: cannot be read: No such file or directory; check its path and permissions$"
    ):
        read(FILE)


def test_a_file_over_a_mebibyte_is_not_read() -> None:
    FILE.write_bytes(b"#" * (1 << 20) + b"\na: 1")
    with pytest.raises(ConfigError, match=r"team\.yaml: larger than 1 MiB; split it"):
        read(FILE)


def test_text_in_another_encoding_is_placed() -> None:
    FILE.write_bytes("a: 1\nname: Büro".encode("latin-1"))
    with pytest.raises(ConfigError, match=r"^team\.yaml:2:8: not UTF-8; save the file in UTF-8$"):
        read(FILE)


def test_no_value_is_in_the_repr_of_a_file() -> None:
    assert "hunter2" not in repr(reading("token: hunter2"))


class Colour(StrEnum):
    """An enum."""

    red = "red"
    green = "green"


class Circle(BaseModel, extra="forbid"):
    """One branch of a tagged union."""

    kind: Literal["circle"]
    radius: Annotated[int, Field(gt=0, le=9)]


class Square(BaseModel, extra="forbid"):
    """The other branch, with a validator around it."""

    kind: Literal["square"]
    side: float
    width: float = 0

    @model_validator(mode="after")
    def _is_square(self) -> Self:
        if self.width and self.width != self.side:
            raise wrong("no square", "write width: as side:", quoted=False)
        return self


Shape = Annotated[Circle | Square, Field(discriminator="kind")]


def _even(number: int) -> int:
    if number % 2:
        raise wrong("odd", "write an even one")
    return number


class Account(BaseModel):
    """Its validator is careless with what it was given."""

    login: str
    token: str

    @model_validator(mode="after")
    def _never(self) -> Self:
        raise ValueError(f"not an account: {self!r}; ask for one")


class Holder(BaseModel):
    """Something that it needs."""

    a: Square


class Everything(BaseModel):
    """A field of each sort."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: str = "x"
    count: int = 0
    even: Annotated[int, AfterValidator(_even)] = 0
    share: float = 0
    on: bool = True
    labels: tuple[str, ...] = ()
    few: Annotated[tuple[Shape, ...], Field(min_length=1)] | None = None
    shapes: dict[Annotated[str, Field(min_length=2)], Shape] = {}
    colour: Colour = Colour.red
    pace: Annotated[int, Field(gt=0)] | Literal["off"] | None = None
    at: AwareDatetime | None = None
    day: date | None = None
    wait: Annotated[Duration, Field(gt=timedelta(0))] = timedelta(1)
    pair: tuple[int, Colour] = (0, Colour.red)
    one_or_more: str | list[str] | dict[str, int] = ""
    token: SecretStr = SecretStr("")
    odd_secret: SecretStr = SecretStr("")
    plain: str = ""

    @field_validator("plain", "token")
    @classmethod
    def _never(cls, text: object) -> object:
        raise ValueError(
            f"not wanted: {text.get_secret_value() if isinstance(text, SecretStr) else text!r}; leave it out"
        )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("name: 5.20", '1:7: name: a number where text is due: 5.20; put it in quotes: "5.20"'),
        ("name: true", '1:7: name: true or false where text is due: true; put it in quotes: "true"'),
        ("name:", "1:1: name: empty; write some text"),
        ("name: [a]", "1:7: name: not text: a list; write one piece of text"),
        ("count: '5'", "1:8: count: not a whole number: '5'; write one such as 30"),
        ("count: true", "1:8: count: not a whole number: true; write one such as 30"),
        ("even: 3", "1:7: even: odd: 3; write an even one"),
        ("share: much", "1:8: share: not a number: 'much'; write one such as 0.5"),
        ("on: yes", "1:5: on: neither true nor false: 'yes'; write true or false"),
        ("labels: bug", "1:9: labels: not a list: 'bug'; write ['bug']"),
        ("labels: [a, 5]", '1:13: labels[1]: a number where text is due: 5; put it in quotes: "5"'),
        ("labels: {a: 1}", "1:9: labels: not a list: a mapping; write [ITEM, ...]"),
        ("few: []", "1:6: few: empty; write at least one"),
        ("few: [{kind: circle, radius: 10}]", "1:30: few[0].radius: more than 9: 10; write 9 or less"),
        ("shapes: {ab: 5}", "1:14: shapes.ab: not a mapping; write KEY: VALUE lines"),
        ("shapes: {ab: {}}", "1:14: shapes.ab.kind: missing; write kind: circle or square"),
        ("shapes: {ab: {kind: cirle}}", "1:21: shapes.ab.kind: not known: 'cirle'; write circle or square"),
        ("shapes: {ab: {kind: squar}}", "1:21: shapes.ab.kind: not known: 'squar'; write square or circle"),
        ("shapes: {ab: {kind: circle}}", "1:14: shapes.ab.radius: missing; write radius: ..."),
        ("shapes: {ab: {kind: circle, radius: 1, side: 2}}", "1:40: shapes.ab.side: unknown key; write kind or radius"),
        ("shapes: {ab: {kind: square, side: 1, widht: 2}}", "1:38: shapes.ab.widht: unknown key; did you mean width?"),
        ("shapes: {ab: {kind: square, side: 1, width: 2}}", "1:14: shapes.ab: no square; write width: as side:"),
        ("shapes: {a: {kind: circle, radius: 1}}", "1:10: shapes.a: shorter than 2 characters; write it longer"),
        ("colour: gren", "1:9: colour: not known: 'gren'; write green or red"),
        ("pace: fast", "1:7: pace: not a whole number: 'fast'; write one such as 30 or off"),
        ("pace: 0", "1:7: pace: not more than 0: 0; write more or off"),
        ("at: soon", "1:5: at: not a date: 'soon'; write 2026-11-23T08:00+00:00"),
        ("at: 2026-11-23", "1:5: at: not a date: '2026-11-23'; write 2026-11-23T08:00+00:00"),
        (
            "at: 2026-11-23T08:00",
            "1:5: at: a time without an offset: '2026-11-23T08:00'; write 2026-11-23T08:00+00:00, or with another offset",
        ),
        ("day: Monday", "1:6: day: not a day: 'Monday'; write 2026-11-23"),
        ("wait: long", "1:7: wait: not a length of time: 'long'; write 30m, 4h, 2h30m or 14d"),
        ("wait: 0m", "1:7: wait: not more than 0m: '0m'; write more"),
        ("pair: [1, gren]", "1:11: pair[1]: not known: 'gren'; write green or red"),
        ("one_or_more: {a: b}", "1:18: one_or_more.a: not a whole number: 'b'; write one such as 30"),
        ("token: 12345", "1:8: token: a number where text is due; put it in quotes"),
        ("token: [12345]", "1:8: token: not text; write one piece of text"),
        ("odd_secret: 12345", "1:13: odd_secret: a number where text is due; put it in quotes"),
        ("plain: 'x'", "1:8: plain: not wanted: 'x'; leave it out"),
        ("token: hunter2", "1:8: token: not wanted: '...'; leave it out"),
        (
            "'a\\e[2Jb': 1",
            "1:1: ['a\\\\e[2Jb']: unknown key; write name, count, even, share, on, labels, few, shapes, colour, pace, at, day, wait, pair, one_or_more, token, odd_secret or plain",
        ),
        (f"colour: {'x' * 100}", f"1:9: colour: not known: '{'x' * 59}…'; write red or green"),
    ],
)
def test_an_error_of_the_model_is_told_in_the_words_of_the_file(text: str, expected: str) -> None:
    assert faults(text, Everything) == [f"team.yaml:{expected}"]


def test_what_is_refused_stands_nowhere_and_the_rest_is_read() -> None:
    FILE.write_text("a: *x\nb: [1]\nb: 2\nc: !t 5\n5: d\ne: [f]\n", encoding="utf-8")
    file = read_on(FILE)
    assert {key: file.value[key] for key in "abe"} == {"a": None, "b": [1], "e": ["f"]}
    assert [fault.mark.line for fault in file.refused] == [1, 3, 4, 5]
    assert file.unread == {("a",), ("b", MORE), ("c",), (MORE,)}


def test_a_misspelt_key_is_read_as_the_one_that_was_meant() -> None:
    file = reading("colur: gren\nshaes: {ab: {kind: circle, radius: 10}}\n")
    model, rest = salvage(file, Everything, lambda _: NOTHING)
    assert [str(fault).removeprefix("team.yaml:") for fault in rest.in_order(rest.refused)] == [
        "1:1: colur: unknown key; did you mean colour?",
        "1:8: colur: not known: 'gren'; write green or red",
        "2:1: shaes: unknown key; did you mean shapes?",
        "2:36: shaes.ab.radius: more than 9: 10; write 9 or less",
    ]
    assert model is not None
    assert model.colour is Colour.red


def test_something_stands_in_for_what_is_needed_and_cannot_be_read() -> None:
    file = reading("a: {kind: square, side: [], width: 2}")
    told = {("a", "side"): 2.0}
    model, rest = salvage(file, Holder, lambda path: told.get(path, NOTHING))
    assert model == Holder(a=Square(kind="square", side=2, width=2))
    assert rest.unread == {("a", "side")}
    assert salvage(file, Holder, lambda _: NOTHING)[0] is None


def test_all_errors_are_told_at_once_in_the_order_of_the_file() -> None:
    text = "zone: x\nlabels:\n  - 1\n  - ok\n  - 2\ncount: many\n"
    assert [line.split(":")[1] for line in faults(text, Everything)] == ["1", "3", "5", "6"]


def test_a_list_with_a_faulty_item_is_not_called_too_short() -> None:
    assert faults("few: [{kind: circle, radius: x}]", Everything) == [
        "team.yaml:1:30: few[0].radius: not a whole number: 'x'; write one such as 30"
    ]


def test_a_secret_that_was_filled_in_is_quoted_as_it_is_written() -> None:
    written = reading('plain: "${TOKEN}"\nname: [1]')
    filled = YamlFile(written.name, {"plain": 'it\'s "hunter2"', "colour": "hunter2"}, written.written, written.places)
    with pytest.raises(ConfigError) as caught:
        validate(filled, Everything)
    assert "hunter2" not in str(caught.value)
    assert "not wanted: " in str(caught.value)
    assert caught.value.__context__ is None  # a pydantic error in the chain would print the values


def test_a_careless_validator_of_a_mapping_tells_none_of_its_secrets() -> None:
    assert faults("login: ana\ntoken: hunter2", Account) == [
        "team.yaml:1:1: not an account: Account(login='ana', token='...'); ask for one"
    ]


def test_the_password_of_an_address_is_not_quoted() -> None:
    assert "hunter2" not in faults("colour: https://me:hunter2@host/", Everything)[0]


def test_what_fits_becomes_the_model() -> None:
    model = validate(
        reading("at: 2026-11-23T08:00+01:00\nlabels: [a, b]\nwait: 2h30m\nshapes: {ab: {kind: square, side: 2}}"),
        Everything,
    )
    assert model.at == datetime.fromisoformat("2026-11-23T07:00+00:00")
    assert model.labels == ("a", "b")
    assert model.wait == timedelta(hours=2, minutes=30)
    assert model.shapes == {"ab": Square(kind="square", side=2)}


def test_equal_faults_are_told_once() -> None:
    file = reading("a: 1")
    assert file.lines([Fault(("a",), "wrong"), Fault(("a",), "wrong")]) == ("team.yaml:1:4: a: wrong",)


WORDS = [
    "a",
    "b: ",
    "- ",
    "\n",
    "\n  ",
    "[",
    "]",
    "{",
    "}",
    ", ",
    ": ",
    "? ",
    "| ",
    "> ",
    "&x ",
    "*x ",
    "!t ",
    "'",
    '"',
    "#",
    "%YAML 1.",
    "---",
    "...",
    "\t",
    "5",
    "\\",
    "\\U",
    "\\x",
    "<<: ",
    "~",
    "\u2028",
    "é",
    "\ufeff",
    "\x7f",
]


@settings(max_examples=examples(300), deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=40).map("".join) | st.text(max_size=60) | st.binary(max_size=40))
def test_no_text_makes_reading_fail_in_another_way(content: str | bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "fuzz.yaml")
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "replace"))
        try:
            told = read(path).where(())
        except ConfigError as error:
            told = str(error)
    assert all(line.startswith(f"{path}:") for line in told.splitlines())
