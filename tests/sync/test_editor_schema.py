"""The JSON Schemas that editors use: they take what is right, refuse what is wrong, and offer what there is."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]  # the package has no type information
import pytest

from hypercare_rules.policy import Policy
from hypercare_sync.editor_schema import config_schema, policy_schema
from hypercare_sync.packs import pack_names, pack_path
from hypercare_sync.yaml_file import read

POLICY = policy_schema()
CONFIG = config_schema()


def slips(text: str, folder: Path, schema: dict[str, Any] = POLICY) -> list[str]:
    path = folder / "file.yaml"
    path.write_text(text, encoding="utf-8")
    return [error.json_path for error in jsonschema.Draft202012Validator(schema).iter_errors(read(path).value)]


@pytest.mark.parametrize("schema", [POLICY, CONFIG], ids=["policy", "config"])
def test_it_is_a_schema(schema: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("name", pack_names())
def test_a_pack_is_right(name: str, tmp_path: Path) -> None:
    assert slips(pack_path(name).read_text(encoding="utf-8"), tmp_path) == []


@pytest.mark.parametrize(
    "text",
    [
        "targets: {at_risk_from: 0.5}",
        "stale: {P4: null}",
        "rules: null",
        "exit: [{id: arrival-falling, remove: true}, {id: done, none_open: {}, for: 3d}]",
        "targets: {pause_when: {any: [{status: [A, B]}, {labels: {none: [x]}}]}}",
        "rules: [{id: a, when: {tier: pro, seats: {gt: 5}}, then: {raise: {urgency: 1}, stop: true}}]",
        "severity: {default: null}",
        "phases: []",
        "reviews: [{id: daily, schedule: 0 10 * * mon-fri, who: [on_call]}, {id: weekly, remove: true}]",
        'calendars: {emea: {zone: Europe/Berlin, hours: {mon-fri: null, mon-sat: ["08:00-12:00"]}}}',
    ],
)
def test_what_changes_another_policy_is_right(text: str, tmp_path: Path) -> None:
    assert slips(f"extends: standard\n{text}\n", tmp_path) == []


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("extends: standrad", "$.extends"),
        ("stael: {P1: 4h}", "$"),
        ("stale: {P1: 4 hours}", "$.stale.P1"),
        ("stale: {P9: 4h}", "$.stale"),
        ("targets: {acknowledge: {P1: 30m in emea}}", "$.targets.acknowledge.P1"),
        ("targets: {at_risk_from: 75}", "$.targets.at_risk_from"),
        ("targets: {pause_when: {priority: P5}}", "$.targets.pause_when"),
        ("calendars: {emea: {hours: {mon-fri: ['8-18']}}}", "$.calendars.emea.hours"),
        ("calendars: {emea: {hours: {monday: ['08:00-18:00']}}}", "$.calendars.emea.hours"),
        ("impact: {labels: {outage: hihg}}", "$.impact.labels.outage"),
        ("rules: [{id: a, when: {labels: {hass: x}}, then: {stop: true}}]", "$.rules"),
        ("rules: [{id: a, when: {age: 3d}, then: {stop: true}}]", "$.rules"),
        ("rules: [{id: a, then: {stop: true}}]", "$.rules"),
        ("rules: [{id: a, remove: false}]", "$.rules"),
        ("exit: [{id: a, targets_met: 95, over: 7d}]", "$.exit"),
        ("comments: {conditions: [braeched]}", "$.comments.conditions"),
        ("escalation: {p1: {tiers: [{after: 0m}]}}", "$.escalation.p1.tiers"),
    ],
)
def test_a_slip_is_shown(text: str, where: str, tmp_path: Path) -> None:
    found = slips(text if text.startswith("extends") else f"extends: standard\n{text}\n", tmp_path)
    assert found
    assert all(path.startswith(where) for path in found)


def test_a_policy_that_extends_nothing_has_to_be_whole(tmp_path: Path) -> None:
    text = pack_path("minimal").read_text(encoding="utf-8")
    assert slips(text.replace("stale: {}", ""), tmp_path) == ["$"]
    assert slips(re.sub(r"  default: medium\n", "", text), tmp_path) == ["$.impact"]
    assert slips(text.replace("stale: {}", "stale: null"), tmp_path) == ["$.stale"]


def test_every_part_says_what_it_is() -> None:
    shown = POLICY["$defs"]["Policy"]["properties"]
    assert shown.keys() == {"extends", *Policy.model_fields}
    assert all(part.get("description") for part in shown.values())


def test_keys_of_every_model_say_what_they_are() -> None:
    of_policy = {name: one for name, one in POLICY["$defs"].items() if one.get("properties")}
    silent = [
        f"{name}.{key}"
        for name, one in of_policy.items()
        for key, member in one["properties"].items()
        if "description" not in member and "remove" not in one["properties"]
    ]
    assert silent == []


@pytest.mark.parametrize("schema", [POLICY["$defs"]["Policy"], CONFIG], ids=["policy", "config"])
def test_nothing_repeats_what_keys_say(schema: dict[str, Any]) -> None:
    text = json.dumps(schema)
    assert not [noise for noise in ('"title": "', '"null"', '"default": null', '"default": {}') if noise in text]


CONFIG_TEXT = """\
version: 1
trackers:
  web-github: {kind: github, token: "${GITHUB_TOKEN}", pace: off}
  shop-jira: {kind: jira, url: "https://shop.example", email: bot@shop.example, token: "${JIRA_TOKEN}"}
releases:
  - name: Shop 5.2
    go_live: 2026-11-20T08:00+01:00
    hypercare: 14d
    sources:
      - {tracker: web-github, repo: acme/web, milestone: "5.2"}
      - {tracker: shop-jira, project: SHOP, version: "5.2"}
    summary: {tracker: web-github, repo: acme/ops}
"""


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("", "", []),
        ("version: 1", "version: 2", ["$.version"]),
        ("kind: jira", "kind: gira", ["$.trackers['shop-jira']"]),
        ("hypercare: 14d", "hypercare: two weeks", ["$.releases[0].hypercare"]),
        ("repo: acme/ops", "rep: acme/ops", ["$.releases[0].summary"]),
        ("    hypercare: 14d\n", "", ["$.releases[0]"]),
        ("version: 1", "version: 1\nguard: {share: 0.5, tickets: 20}", []),
        ("version: 1", "version: 1\nguard: {share: 50}", ["$.guard.share"]),
    ],
)
def test_a_config_is_held_against_its_schema(old: str, new: str, found: list[str], tmp_path: Path) -> None:
    assert slips(CONFIG_TEXT.replace(old, new), tmp_path, CONFIG) == found
