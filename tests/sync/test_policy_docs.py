"""docs/policy.md: up to date, and every example of it true."""

from datetime import UTC, datetime
from pathlib import Path

import jsonschema  # type: ignore[import-untyped]  # the package has no type information
import pytest
from docs.generate import page
from tests.sync.policy_examples import PAGE, Example, examples, outcome

from hypercare_rules.conditions import FIELDS
from hypercare_rules.lint import lint
from hypercare_rules.policy import Policy
from hypercare_sync.editor_schema import policy_schema
from hypercare_sync.packs import load
from hypercare_sync.yaml_file import read

EXAMPLES = list(examples())
EACH = pytest.mark.parametrize("example", EXAMPLES, ids=[f"{n} {one.heading}" for n, one in enumerate(EXAMPLES)])
# What a complete team would add: an example shows one part.
MEANT = ("nobody is on call for", "nobody has this role", "nobody is on call, and escalations, reviews")


@pytest.fixture(scope="module")
def schema() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(policy_schema())


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `make docs`"


def test_every_part_of_a_policy_has_an_example() -> None:
    shown = "\n".join(one.policy for one in EXAMPLES)
    lacking = [part for part in Policy.model_fields if f"\n{part}:" not in shown]
    assert lacking == ["kind", "severity"]


def test_the_page_tells_every_field_of_conditions() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert [name for name in FIELDS if f"| `{name}` |" not in text] == []


@EACH
def test_what_an_example_says_is_so(example: Example, tmp_path: Path) -> None:
    policy = load(_file(tmp_path, "policy", example.policy)).policy
    given, wanted = (
        read(_file(tmp_path, name, text)).value
        for name, text in (("ticket", example.ticket), ("wanted", example.outcome))
    )
    assert outcome(policy, given, wanted) == wanted


@EACH
def test_an_example_raises_no_warning(example: Example, tmp_path: Path) -> None:
    policy = load(_file(tmp_path, "policy", example.policy)).policy
    found = lint(policy, datetime(2026, 11, 23, tzinfo=UTC), ["jira", "github"])
    assert [finding for finding in found if not finding.text.startswith(MEANT)] == []


@EACH
def test_an_editor_takes_an_example(example: Example, schema: jsonschema.Draft202012Validator, tmp_path: Path) -> None:
    assert list(schema.iter_errors(read(_file(tmp_path, "policy", example.policy)).value)) == []


def _file(folder: Path, name: str, text: str) -> Path:
    path = folder / f"{name}.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_readmes_policy_is_right(tmp_path: Path) -> None:
    shown = (PAGE.parents[1] / "README.md").read_text(encoding="utf-8").partition("## The policy")[2]
    written = tmp_path / "policy.yaml"
    written.write_text(shown.partition("```yaml\n")[2].partition("```")[0], encoding="utf-8")
    assert [
        finding
        for finding in lint(load(written).policy, datetime(2026, 11, 23, tzinfo=UTC))
        if not any(words in str(finding) for words in MEANT)
    ] == []
