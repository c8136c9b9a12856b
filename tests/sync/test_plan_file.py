"""A plan in a file: written whole, read with every fault told, compared line by line."""

import json
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.rules.strategies import unhurried
from tests.sync.flow import Team, a_team

from hypercare_sync.errors import ConfigError
from hypercare_sync.plan import checksum_of
from hypercare_sync.plan_file import PlanFile, read, write
from hypercare_sync.tick_result import TickResult

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)


def row(number: int = 1, **given: Any) -> dict[str, Any]:
    return {
        "kind": "add_label",
        "ticket": f"shop-jira:SHOP-{number}",
        "label": "hypercare:P1",
        "why": "by hand",
        **given,
    }


def plan_of(*rows: dict[str, Any]) -> PlanFile:
    return PlanFile(config="c0ffee", release=None, backfill=False, now=NOW, checksum=checksum_of(rows), changes=rows)


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    with a_team(tmp_path) as made:
        yield made


def planned(team: Team, now: str = "0m") -> tuple[PlanFile, TickResult]:
    with team.prepared(now) as tick:
        result = tick.plan()
        return PlanFile.of(tick, result), result


@unhurried
@given(st.lists(st.builds(row, st.integers(1, 9), why=st.text()), max_size=4))
def test_plan_is_read_as_it_was_written(tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, Any]]) -> None:
    path = tmp_path_factory.mktemp("plan") / "plan.json"
    write(path, plan_of(*rows))
    assert read(path) == plan_of(*rows)


def test_file_is_for_its_owner_only_and_replaces_what_was_there_in_one_go(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text("old")
    path.chmod(0o644)
    write(path, plan_of(row()))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["plan.json"]
    assert json.loads(path.read_text())["schema"] == "hypercare-sync/plan/1"


def test_what_cannot_be_written_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    for path in (tmp_path / "folder", tmp_path / "missing" / "plan.json"):
        with pytest.raises(ConfigError, match="the plan cannot be written"):
            write(path, plan_of())
    assert [one.name for one in tmp_path.iterdir()] == ["folder"]


def spoilt(**given: Any) -> str:
    return json.dumps({**plan_of(row()).model_dump(mode="json", by_alias=True), **given})


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "not a plan: it is not JSON"),
        ("{", "not a plan: it is not JSON"),
        ("[" * 100_000, "not a plan: it is not JSON"),
        ("\udcff", "not a plan: it is not JSON"),
        ("[]", "it has no schema"),
        ("{}", "it has no schema"),
        (spoilt(schema="hypercare-sync/plan/2"), "its schema is 'hypercare-sync/plan/2', not 'hypercare-sync/plan/1'"),
        (spoilt(schema="hypercare-sync/tick/1"), "not a plan that this program can apply"),
        (spoilt(now="soon"), "not a whole plan: now: "),
        (spoilt(now="9999-12-31T23:00:00+00:00"), "not a whole plan: now: not in this century"),
        (spoilt(now="0001-01-01T00:00:00+00:00"), "not a whole plan: now: not in this century"),
        (spoilt(more=1), "not a whole plan: more: "),
        (spoilt(changes=[1]), "not a whole plan: changes.0: "),
        (spoilt(changes=[]), "it was edited"),
        (spoilt(changes=[row(2)]), "it was edited"),
        (spoilt(checksum="0" * 64), "it was edited"),
    ],
)
def test_what_is_no_plan_is_told_with_what_to_do(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "plan.json"
    path.write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(ConfigError) as caught:
        read(path)
    assert told in str(caught.value)
    assert f"{path}: " in str(caught.value)
    assert f"hypercare-sync plan --out {path}" in str(caught.value)


def test_missing_file_is_told_and_a_folder_is_none(tmp_path: Path) -> None:
    for path in (tmp_path / "plan.json", tmp_path):
        with pytest.raises(ConfigError, match=str(path)):
            read(path)


def test_plan_holds_no_secret_and_no_path_of_the_machine(team: Team) -> None:
    team.configure(team.config_file.read_text().replace("token: sandbox", 'token: "sandbox"'))
    plan, _ = planned(team)
    text = plan.model_dump_json()
    assert '"sandbox"' not in text
    assert str(team.folder) not in text


def test_plan_of_another_config_is_told(team: Team) -> None:
    plan, _ = planned(team)
    plan.check(Path("plan.json"), team.config())
    team.configure(team.config_file.read_text().replace("pace: off", "pace: 9"))
    plan.check(Path("plan.json"), team.config())
    gone = plan.model_copy(update={"release": "App 7"})
    with pytest.raises(ConfigError, match="another config"):
        gone.check(Path("plan.json"), team.config())
    for find, put in (("name: Shop 5.2", "name: Shop 6"), ("acme/ops", "acme/other"), ("/jira", "/other")):
        team.configure()
        team.configure(team.config_file.read_text().replace(find, put))
        with pytest.raises(ConfigError, match=r"plan\.json: this plan was made for another config"):
            plan.check(Path("plan.json"), team.config())


def test_same_plan_has_no_objection_and_every_other_has(team: Team) -> None:
    plan, result = planned(team)
    assert plan.objections(result) == ()
    rows = plan.changes
    for other in (rows[1:], (*rows, row(99)), (*rows[1:], rows[0]), ({**rows[0], "why": "other"}, *rows[1:])):
        (found,) = plan.model_copy(update={"changes": other, "checksum": checksum_of(other)}).objections(result)
        assert found.of == len(other)


@pytest.mark.parametrize(
    ("edit", "what", "lines"),
    [
        (lambda rows: rows[1:], "1 new", ["new: add_label shop-jira:SHOP-1 hypercare:P1"]),
        (lambda rows: [*rows, row(99)], "1 gone", ["gone: add_label shop-jira:SHOP-99 hypercare:P1 (by hand)"]),
        (
            lambda rows: [{**rows[0], "why": "guess"}, *rows[1:]],
            "1 different",
            ["different: add_label shop-jira:SHOP-1 hypercare:P1 (guess)"],
        ),
        (lambda rows: [*rows[1:], rows[0]], "the same ones in another order", []),
    ],
)
def test_differences_are_told_a_line_each(team: Team, edit: Any, what: str, lines: list[str]) -> None:
    plan, result = planned(team)
    label = [one for one in plan.changes if one["kind"] == "add_label"]
    rest = [one for one in plan.changes if one["kind"] != "add_label"]
    first = next(one for one in label if one["ticket"] == "shop-jira:SHOP-1" and one["label"] == "hypercare:P1")
    ordered = [first, *(one for one in label if one is not first), *rest]
    other = edit(ordered)
    (found,) = plan.model_copy(update={"changes": tuple(other), "checksum": checksum_of(other)}).objections(result)
    assert str(found).endswith(f"of its {len(other)} changes: {what}")
    assert [line[: len(want)] for line, want in zip(found.examples, lines, strict=True)] == lines


def test_many_differences_are_capped(team: Team) -> None:
    _, result = planned(team)
    plan = plan_of(*(row(number) for number in range(100, 150)))
    (found,) = plan.objections(result)
    assert len(found.examples) == 21
    assert found.examples[-1] == f"and {found.affected - 20} more"
