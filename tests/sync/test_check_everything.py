"""`check` finds every sort of fault with line and column, all of them at once, and nothing that only follows from another."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from hypercare_sync.cli.group import cli
from hypercare_sync.inspecting import inspect
from hypercare_sync.yaml_file import read

CONFIG = """\
version: 1
trackers:
  web-github: {kind: github, token: "${TOKEN}"}
releases:
  - name: Shop 5.2
    go_live: 2026-11-20T08:00+01:00
    hypercare: 3000d
    sources: [{tracker: web-github, repo: acme/web, milestone: "5.2"}]
    summary: {tracker: web-github, repo: acme/ops}
    policy: policy.yaml
"""
MARK = "¦"

# Each policy goes on where the pack `standard` ends, and has a mark at the place of its fault. That a rule adds a label which
# another takes off cannot be written: no rule takes a label off.
SEEDED: dict[str, tuple[str, str, str]] = {
    "unknown key": (
        "¦stael: {P1: 1h}\n",
        "Error",
        "stael: unknown key; did you mean stale?",
    ),
    "unknown field": (
        "rules:\n  - {id: r0, when: {¦labls: x}, then: {comment: true}}\n",
        "Error",
        "rules[0].when.labls: unknown field; did you mean labels?",
    ),
    "unknown field of a flag": (
        "rules:\n  - {id: r0, when: {¦acknowleged: false}, then: {comment: true}}\n",
        "Error",
        "rules[0].when.acknowleged: unknown field; did you mean acknowledged?",
    ),
    "misspelt all": (
        "rules:\n  - {id: r0, when: {¦al: [{labels: x}]}, then: {comment: true}}\n",
        "Error",
        "rules[0].when.al: unknown field; did you mean all?",
    ),
    "unknown operator": (
        "rules:\n  - {id: r0, when: {title: {¦contain: x}}, then: {comment: true}}\n",
        "Error",
        "rules[0].when.title.contain: unknown key; did you mean contains?",
    ),
    "unknown word": (
        "rules:\n  - {id: r0, when: {priority: ¦p1}, then: {comment: true}}\n",
        "Error",
        "rules[0].when.priority: not known: 'p1'; write P1, P2, P3 or P4",
    ),
    "wrong type": (
        "rules:\n  - {id: r0, when: {votes: ¦many}, then: {comment: true}}\n",
        "Error",
        "rules[0].when.votes: not a whole number: 'many'; write one such as 30",
    ),
    "text that is a number": (
        "rules:\n  - {id: r0, when: {labels: ¦5}, then: {comment: true}}\n",
        "Error",
        'rules[0].when.labels: a number where text is due: 5; put it in quotes: "5"',
    ),
    "bad span of time": (
        "stale: {P1: ¦3 hours}\n",
        "Error",
        "stale.P1: not a length of time: '3 hours'; write 30m, 4h, 2h30m or 14d",
    ),
    "bad span beside a key that is a form's name": (
        "exit:\n  - {id: quiet, none_open: {priority: P1}, for: ¦3days}\n",
        "Error",
        "exit[0].for: not a length of time: '3days'; write 30m, 4h, 2h30m or 14d",
    ),
    "bad span of hours": (
        'calendars: {emea: {zone: UTC, hours: {mon: [¦"8-18"]}}}\n',
        "Error",
        "calendars.emea.hours.mon[0]: not a span of hours: '8-18'; write 08:00-18:00",
    ),
    "bad zone": (
        'calendars: {emea: {zone: ¦Europe/Berln, hours: {mon: ["08:00-18:00"]}}}\n',
        "Error",
        "calendars.emea.zone: not a time zone: 'Europe/Berln'; did you mean Europe/Berlin?",
    ),
    "bad id": (
        "reviews: [{id: ¦Daily Review, schedule: 0 9 * * *}]\n",
        "Error",
        "reviews[0].id: not an id: 'Daily Review'; write small letters, digits and hyphens",
    ),
    "needed part taken out": (
        "stale: ¦null\n",
        "Error",
        "stale: missing; write stale: {",
    ),
    "duplicate key": (
        "stale: {P1: 1h}\n¦stale: {P2: 2h}\n",
        "Error",
        "'stale' is here twice; keep this one or the one in line 2",
    ),
    "duplicate rule": (
        "rules: [{id: a, when: {labels: x}, then: {comment: true}}, {id: ¦a, when: {labels: y}, then: {comment: true}}]\n",
        "Error",
        "rules[1].id: a second one of this id: 'a'; rename one of the two",
    ),
    "undefined escalation policy": (
        "rules:\n  - {id: r0, when: {labels: x}, then: {escalate: [¦p1]}}\n",
        "Error",
        "rules[0].then.escalate[0]: no such escalation policy: 'p1'; define it in the policy",
    ),
    "undefined role": (
        (
            "people: {ana: {name: Ana K, github: ana-k}}\n"
            "escalation: {p1: {for: [P1], tiers: [{after: 0m, notify: [¦lead]}]}}\n"
        ),
        "Error",
        "escalation.p1.tiers[0].notify[0]: no such role or person: 'lead'; write ana or on_call",
    ),
    "undefined person": (
        "people: {ana: {name: Ana K, github: ana-k}}\nroles: {lead: [¦anna]}\n",
        "Error",
        "roles.lead[0]: no such person: 'anna'; did you mean ana?",
    ),
    "undefined calendar": (
        "targets: {resolve: {P4: ¦80h on emea}}\n",
        "Error",
        "targets.resolve.P4: no such calendar: 'emea'; define it in the policy",
    ),
    "hole in the matrix": (
        "priority_matrix: ¦{low: {high: null}}\n",
        "Error",
        "priority_matrix: no priority for impact low, urgency high; write one of P1 to P4",
    ),
    "target that is missing": (
        "targets: {resolve: ¦{P4: null}}\n",
        "Error",
        "targets.resolve: no target for P4; write one for each of P1 to P4",
    ),
    "tiers out of order": (
        (
            "people: {ana: {name: Ana K, github: ana-k}}\n"
            "escalation: {p1: {for: [P1], tiers: [{after: 1h, notify: [ana]}, {after: ¦30m, notify: [ana]}]}}\n"
        ),
        "Error",
        "escalation.p1.tiers[1].after: 30m is not after the tier before it (1h)",
    ),
    "targets out of order": (
        "targets: {acknowledge: {P1: ¦3h}}\n",
        "Error",
        "targets.acknowledge.P1: P1 (3h) may not take longer than P2 (2h)",
    ),
    "target out of order with an inherited one": (
        "targets: {acknowledge: {P2: ¦10m}}\n",
        "Error",
        "targets.acknowledge.P2: P1 (30m) may not take longer than P2 (10m)",
    ),
    "target out of order at some hour": (
        (
            'calendars: {office: {zone: UTC, hours: {mon-fri: ["08:00-18:00"]}}}\n'
            "targets: {acknowledge: {P1: ¦30m on office}}\n"
        ),
        "Warning",
        "targets.acknowledge.P1: a P1 of ",
    ),
    "gap in the roster": (
        (
            "people: {ana: {name: Ana K, github: ana-k}}\n"
            'calendars: {office: {zone: UTC, hours: {mon-fri: ["08:00-18:00"]}}}\n'
            "roster:\n"
            "  shifts: ¦[{who: [ana], calendar: office}]\n"
        ),
        "Warning",
        "roster.shifts: nobody is on call for ",
    ),
    "condition that is never true": (
        "rules:\n  - {id: r0, when: ¦{votes: {gt: 5, lt: 3}}, then: {comment: true}}\n",
        "Error",
        "rules[0].when: no ticket can ever meet this; change it or take it out",
    ),
    "blocked by an earlier stop": (
        (
            "rules:\n"
            "  - {id: r0, when: {labels: x}, then: {comment: true, stop: true}}\n"
            "  - ¦{id: r1, when: {labels: {all: [x, y]}}, then: {comment: true}}\n"
        ),
        "Error",
        "rules[1]: never reached: wherever it holds, rule 'r0' before it holds and stops",
    ),
    "label to be removed": (
        "rules:\n  - {id: r0, when: {labels: x}, then: {¦remove_labels: [x]}}\n",
        "Error",
        "rules[0].then.remove_labels: unknown key; did you mean add_labels?",
    ),
    "label in two spellings": (
        (
            "rules:\n"
            "  - {id: r0, when: {labels: x}, then: {add_labels: [Down]}}\n"
            "  - {id: r1, when: {labels: y}, then: {add_labels: [¦down]}}\n"
        ),
        "Error",
        "rules[1].then.add_labels[0]: 'down' is 'Down' elsewhere",
    ),
    "priority that is always overridden": (
        (
            "rules:\n"
            "  - {id: r0, when: {labels: x}, then: {set: {priority: ¦P1}}}\n"
            "  - {id: r1, when: {}, then: {set: {priority: P2}}}\n"
        ),
        "Error",
        "rules[0].then.set.priority: never lasts: rule 'r1' after it always holds and sets P2",
    ),
    "priority that the same condition overrides": (
        (
            "rules:\n"
            "  - {id: r0, when: {labels: x}, then: {set: {priority: ¦P1}}}\n"
            "  - {id: r1, when: {labels: x}, then: {set: {priority: P2}}}\n"
        ),
        "Error",
        "rules[0].then.set.priority: never lasts: rule 'r1' after it holds wherever it does",
    ),
    "rule that changes nothing": (
        "rules:\n  - {id: r0, when: {impact: high}, then: ¦{raise: {impact: 1}}}\n",
        "Warning",
        "rules[0].then: changes nothing: what it sets or raises is so already",
    ),
    "unknown placeholder": (
        "templates: {status: {closing: ¦'See {titel}'}}\n",
        "Error",
        "templates.status.closing: unknown placeholder: '{titel}'; did you mean title?",
    ),
    "escalation that has ended": (
        (
            "people: {ana: {name: Ana K, github: ana-k}}\n"
            "escalation: {p1: {for: [¦P1], until: {open: true}, tiers: [{after: 0m, notify: [ana]}]}}\n"
        ),
        "Error",
        "escalation.p1.for[0]: never begins for P1",
    ),
    "escalation turned round": (
        (
            "people: {ana: {name: Ana K, github: ana-k}}\n"
            "escalation: {p1: {for: [P1], until: ¦{acknowledged: false}, tiers: [{after: 0m, notify: [ana]}]}}\n"
        ),
        "Error",
        "escalation.p1.until: so from the start for P1: nobody is called before",
    ),
    "escalation that nothing calls": (
        "people: {ana: {name: Ana K, github: ana-k}}\nescalation: {¦p1: {tiers: [{after: 0m, notify: [ana]}]}}\n",
        "Warning",
        "escalation.p1: nothing calls it; write for: [P1]",
    ),
    "phases out of order": (
        (
            "phases:\n"
            "  - {until_day: 2, targets: {acknowledge: {P1: 1h, P2: 1h, P3: 1h, P4: 1h}, resolve: {P1: 1h, P2: 1h, P3: 1h, P4: 1h}}}\n"
            "  - {until_day: ¦2, targets: {acknowledge: {P1: 1h, P2: 1h, P3: 1h, P4: 1h}, resolve: {P1: 1h, P2: 1h, P3: 1h, P4: 1h}}}\n"
        ),
        "Error",
        "phases[1].until_day: day 2 is not after day 2",
    ),
    "bad prefix": (
        "label_prefix: ¦care\n",
        "Error",
        "label_prefix: not a prefix of labels: 'care'; write up to 31 letters",
    ),
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def checked(folder: Path, **files: str) -> Result:
    """What `check --offline` says of these files, from which the marks are taken out; the config is the usual one if left out."""
    for name, text in {"hypercare": CONFIG, **files}.items():
        path = folder / f"{name}.yaml"
        path.write_text(text.replace(MARK, ""), encoding="utf-8")
        path.chmod(0o600)
    return CliRunner().invoke(cli, ["check", "--offline"], env={"TOKEN": "x"})


def marked(**files: str) -> list[str]:
    """The places of all marks, `policy.yaml:3:13`, in their order; two marks beside each other are two faults at one place."""
    places = []
    for name, text in files.items():
        for number, line in enumerate(text.splitlines(), 1):
            parts = line.split(MARK)
            columns = [len("".join(parts[: at + 1])) + 1 for at in range(len(parts) - 1)]
            places += [f"{name}.yaml:{number}:{column}" for column in columns]
    return places


def told(result: Result) -> list[str]:
    """The places that were told."""
    return [re.sub(r"^(?:Error|Warning): (\S+?:\d+:\d+): .*", r"\1", line) for line in result.stderr.splitlines()]


@pytest.mark.parametrize(("policy", "gravity", "said"), SEEDED.values(), ids=SEEDED)
def test_each_sort_of_fault_is_told_once_in_its_place(policy: str, gravity: str, said: str, folder: Path) -> None:
    text = f"extends: standard\n{policy}"
    result = checked(folder, policy=text)
    (line,), (place,) = result.stderr.splitlines(), marked(policy=text)
    assert line.startswith(f"{gravity}: {place}: {said}")
    assert result.exit_code == (2 if gravity == "Error" else 0)


TERRIBLE_CONFIG = """\
version: 1
¦stoer: sqlite:///x.db
trackers:
  shop-jira: {kind: ¦jirra, url: ¦shop.atlassian.net, token: "${TOKEN}"}
  web-github: {kind: github, token: "${TOKEN}", pace: ¦fast}
  ¦web-github: {kind: github, token: "${TOKEN}"}
releases:
  - name: Shop 5.2
    go_live: ¦soon
    hypercare: ¦14 days
    zone: ¦Europe/Berln
    sources:
      - {tracker: shop-jira, project: SHOP, ¦vresion: "5.2"}
      - {tracker: ¦web-gitub, repo: acme/web, milestone: ¦5.2}
    summary: {tracker: web-github, repo: ¦ops}
    policy: policy.yaml
  - name: App 7
    go_live: 2026-11-20T08:00+01:00
    hypercare: 14d
    sources: [{tracker: web-github, repo: acme/web, milestone: "5.2"}]
    summary: {tracker: web-github, repo: acme/ops}
    policy: ¦./nowhere.yaml
"""
TERRIBLE_POLICY = """\
extends: ¦standrad
exit:
  - {id: x, none_open: {priority: P1}, for: ¦3days}
  - {id: ¦Y Z, none_open: {priority: P1}}
  - {id: ¦nope, remove: true}
rules:
  - {id: a, when: {¦acknowleged: false}, then: {comment: true}}
  - {id: b, when: {¦al: [{labels: x}]}, then: {comment: true}}
  - {id: c, when: {labels: x, ¦labls: y}, then: {set: {priority: ¦P9}, escalate: [¦p7]}}
  - {id: d, when: {labels: x}, then: {set: {priority: P1}, stop: true}}
  - ¦{id: ¦d, when: {labels: {all: [x, y]}}, then: {comment: true}}
  - {id: e, when: ¦{votes: {gt: 5, lt: 3}}, then: {¦commnet: true}}
  - {id: f, when: {labels: y}, then: {set: {priority: ¦P1}}}
  - {id: g, when: {labels: y}, then: {set: {priority: P2}}}
  - {id: h, when: {labels: z}, then: ¦{comment: false}}
label_prefix: ¦care
¦peple: {ana: {name: A, email: ¦foo, github: ¦"a b"}}
roles: {lead: [ana, ¦bob]}
targets:
  acknowledge: {P1: ¦3 hours, P2: ¦8h on emae, P3: ¦2d, P4: 1d}
escalation:
  p1: {for: [P1], until: ¦{acknowledged: false}, tiers: [{after: 2h, notify: [¦laed]}, {after: ¦1h, notify: [lead]}]}
  p2: {for: [¦P2], until: {open: true}, tiers: [{after: 2h, notify: [lead, ¦5]}]}
stale: {P1: ¦2d}
¦stale: {P1: 1h}
"""


def test_every_fault_of_the_config_and_its_policies_is_told_in_one_go_in_its_order(folder: Path) -> None:
    files = {"hypercare": TERRIBLE_CONFIG, "policy": TERRIBLE_POLICY}
    result = checked(folder, **files)
    assert told(result) == marked(**files)
    assert len(set(result.stderr.splitlines())) == len(marked(**files))
    assert (result.exit_code, result.stdout) == (2, "")


CONSEQUENCES = """\
extends: standard
rules:
  - {id: c, when: {labels: x, priority: P2}, then: {set: {priority: P1}, escalate: [p7]}}
  - {id: d, when: {labels: [x, w]}, then: {set: {priority: P1}, stop: true}}
  - {id: e, when: {any: [{labels: x}, {tier: pro, votes: {gt: 3}}]}, then: {raise: {impact: 1}, comment: true}}
  - {id: f, when: {labels: {all: [x, y]}}, then: {add_labels: [down, hypercare:P1]}}
  - {id: g, when: {labels: y}, then: {set: {priority: P1, kind: defect}}}
  - {id: h, when: {labels: y}, then: {set: {priority: P2}}}
  - {id: i, when: {teir: pro}, then: {escalate: [quiet], stop: false}}
  - {id: j, when: {not: {impact: high}}, then: {raise: {urgency: 0}}}
fields: {tier: {field: Tier, values: {a: pro}}, seats: {type: number, field: Seats}}
labels: {down: {colour: red}, up: {colour: red}}
people: {ana: {name: Ana, github: ana, skills: [web]}, ben: {name: Ben, jira: ben}}
roles: {lead: [ana, bob], manager: []}
calendars:
  office: {zone: UTC, hours: {mon-fri: ["08:00-18:00"], sat: ["09:00-12:00"]}, special: {2026-12-24: []}}
  gone: {zone: UTC, hours: {}, special: {2020-01-01: ["08:00-12:00"]}}
roster: {shifts: [{who: [ana], calendar: office}, {who: [ben, kim], calendar: night}]}
targets:
  acknowledge: {P1: 30m on office, P2: 2h, P3: 8h on emea, P4: 7h on emea}
  resolve: {P1: 4h on gone, P2: 1d, P3: 2d, P4: 14d}
  update: {P1: 1h, P2: 3d}
phases: [{until_day: 3, targets: {acknowledge: {P1: 1h, P2: 2h, P3: 2h, P4: 1h}, resolve: {P1: 1h, P2: 1h, P3: 1h, P4: 1h on x}}},
  {until_day: 2, targets: {acknowledge: {P1: 1h, P2: 2h, P3: 2h, P4: 3h}, resolve: {P1: 1h, P2: 1h, P3: 1h, P4: 1h}}}]
escalation:
  p1: {for: [P1, P2], until: {acknowledged: false}, calendar: office, repeat: 1h,
    tiers: [{after: 2h, notify: [lead, laed]}, {after: 1h, notify: [on_call]}]}
  quiet: {until: {open: true}, tiers: [{after: 0m, notify: [manager]}]}
  idle: {tiers: [{after: 0m, notify: [ana]}]}
reviews: [{id: a, schedule: 0 9 * * mon, who: [lead]},
  {id: b, schedule: 0 23 * * sun, calendar: office, who: [kim]}, {id: b, schedule: 0 9 * * *}]
exit: [{id: none, none_open: {open: false}, for: 3d}, {id: signed, signed_off: [ana, lea]}]
stale: {P1: 2d, P2: 1d, P3: 0m}
"""
NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)


def paths(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The ways to all that is below a value."""
    members: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, member in members:
        yield (*path, step)
        yield from paths(member, (*path, step))


def findings(folder: Path, policy: dict[str, Any]) -> set[str]:
    """The paths at which something is found in a policy."""
    (folder / "hypercare.yaml").write_text(CONFIG)
    (folder / "hypercare.yaml").chmod(0o600)
    # As JSON on one line: the places differ, the paths do not.
    (folder / "policy.yaml").write_text(json.dumps(policy))
    inspected = inspect(Path("hypercare.yaml"), {"TOKEN": "x"}, NOW)
    return {one.text.partition(": ")[0] for _, one in inspected.found if one.file == "policy.yaml"}


# No key of a policy takes one of these.
BROKEN: list[Any] = [[["!"]], -1.5]


@pytest.mark.slow
@pytest.mark.parametrize("broken", BROKEN, ids=str)
def test_nothing_follows_from_a_broken_value_and_little_is_hidden_by_it(broken: Any, folder: Path) -> None:
    (folder / "whole.yaml").write_text(CONSEQUENCES)
    whole = read(folder / "whole.yaml").value
    before = findings(folder, whole)
    assert len(before) > 30
    for path in paths(whole):
        policy = json.loads(json.dumps(whole))
        parent = policy
        for step in path[:-1]:
            parent = parent[step]
        parent[path[-1]] = broken
        after = findings(folder, policy)
        assert any(related(found, path) for found in after), path
        assert not [found for found in after - before if not related(found, path)], path
        if len(path) > 1:
            assert len([found for found in before - after if not related(found, path)]) < 5, path


def related(told_path: str, path: tuple[str | int, ...]) -> bool:
    """Whether a path as it is told is at, in or around another."""
    steps = re.findall(r"[^.\[\]]+", told_path)
    others = [str(step) for step in path]
    return steps[: len(others)] == others or others[: len(steps)] == steps
