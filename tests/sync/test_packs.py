"""Policies by name and as a team's own files, which may extend one."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.effort import examples

from hypercare_rules.policy import Policy
from hypercare_rules.values import Priority
from hypercare_sync.config import Config
from hypercare_sync.config import load as load_config
from hypercare_sync.errors import ConfigError
from hypercare_sync.packs import builtin, load, pack_names, pack_path, policies, policy_of, show
from hypercare_sync.packs.writing import lines
from hypercare_sync.yaml_file import read

CONFIG = """\
version: 1
trackers:
  web-github: {{kind: github, token: sandbox}}
releases:
  - name: Shop 5.2
    go_live: 2026-11-20T08:00+01:00
    hypercare: 14d
    sources: [{{tracker: web-github, repo: acme/web, milestone: "5.2"}}]
    summary: {{tracker: web-github, repo: acme/ops}}
    policy: {policy}
"""


def config(folder: Path, policy: str) -> Config:
    path = folder / "hypercare.yaml"
    path.write_text(CONFIG.format(policy=f'"{policy}"'))
    path.chmod(0o600)
    return load_config(path, {})


def pack_text() -> str:
    return pack_path("standard").read_text(encoding="utf-8")


def written(folder: Path, text: str, name: str = "policy.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def faults(path: Path) -> list[str]:
    with pytest.raises(ConfigError) as raised:
        load(path)
    return str(raised.value).replace(f"{path.parent}/", "").splitlines()


@pytest.mark.parametrize("name", pack_names())
def test_every_pack_is_without_fault(name: str) -> None:
    assert isinstance(builtin(name), Policy)


def test_standard_pack_is_quiet() -> None:
    policy = builtin("standard")
    assert policy.comments.priorities == (Priority.P1, Priority.P2)
    assert not policy.people
    assert not policy.escalation
    assert [criterion.id for criterion in policy.exit] == [
        "no-open-p1", "all-acknowledged", "targets-met", "arrival-falling"
    ]  # fmt: skip


def test_follow_the_sun_goes_on_where_standard_ends() -> None:
    standard, policy = builtin("standard"), builtin("follow-the-sun")
    assert policy.impact == standard.impact
    assert policy.targets.pause_when == standard.targets.pause_when
    assert {policy.targets.resolve[one].calendar for one in (Priority.P1, Priority.P2)} == {"always"}
    (first,) = policy.phases
    assert first.until_day == 3
    assert first.targets.calendars() == {"always"}
    assert policy.escalation.keys() == {"p1", "p2"}


def test_minimal_pack_comments_on_p1_only() -> None:
    policy = builtin("minimal")
    assert {one for row in policy.priority_matrix.values() for one in row.values()} == {Priority.P1, Priority.P3}
    assert (policy.comments.priorities, policy.comments.conditions, policy.stale) == ((Priority.P1,), (), {})


@pytest.mark.parametrize(
    ("name", "hint"),
    [("standrad", "did you mean standard?"), ("../packs/standard", "./policy.yaml"), ("", "./policy.yaml")],
)
def test_unknown_pack_says_which_there_are(name: str, hint: str) -> None:
    with pytest.raises(ConfigError) as raised:
        builtin(name)
    assert hint in str(raised.value)
    assert raised.value.exit_code == 2


def test_release_takes_the_pack_that_it_names(tmp_path: Path) -> None:
    made = config(tmp_path, "standard")
    assert policy_of(made, made.releases[0]) == builtin("standard")


@pytest.mark.parametrize("name", ["./policy.yaml", "policy.yml", "team/policy.yaml"])
def test_file_is_found_beside_the_config(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(pack_text().replace("acknowledge: {P1: 30m", "acknowledge: {P1: 10m"))
    made = config(tmp_path, name)
    assert policy_of(made, made.releases[0]).targets.acknowledge[Priority.P1].length.total_seconds() == 600


def test_every_fault_of_a_file_is_told_with_its_place(tmp_path: Path) -> None:
    text = pack_text().replace("{P1: 30m, P2: 2h", "{P1: 3 hours, P2: 2h").replace("outage: high", "outage: hihg")
    told = faults(written(tmp_path, text))
    assert any("targets.acknowledge.P1" in line for line in told)
    assert any("impact.labels.outage" in line and "hihg" in line for line in told)
    assert all("policy.yaml:" in line for line in told)


def test_what_contradicts_itself_is_told_like_any_other_fault(tmp_path: Path) -> None:
    text = "extends: standard\nescalation:\n  p1: {for: [P1], calendar: emae, tiers: [{after: 0m, notify: [lead]}]}\n"
    assert faults(written(tmp_path, text)) == [
        "policy.yaml:3:29: escalation.p1.calendar: no such calendar: 'emae'; define it in the policy",
        "policy.yaml:3:64: escalation.p1.tiers[0].notify[0]: no such role or person: 'lead'; write on_call",
    ]


def test_missing_file_is_told(tmp_path: Path) -> None:
    made = config(tmp_path, "./nowhere.yaml")
    with pytest.raises(ConfigError, match=r"nowhere\.yaml"):
        policy_of(made, made.releases[0])


def test_faults_of_every_releases_file_are_told_at_once(tmp_path: Path) -> None:
    made = config(tmp_path, "./nowhere.yaml")
    other = made.releases[0].model_copy(update={"name": "App 7", "policy": "standrad"})
    with pytest.raises(ConfigError) as raised:
        policies(made.model_copy(update={"releases": (*made.releases, other)}))
    assert len(str(raised.value).splitlines()) == 2


def test_policies_stand_under_their_releases(tmp_path: Path) -> None:
    assert policies(config(tmp_path, "standard")) == {"Shop 5.2": builtin("standard")}


def test_what_a_file_leaves_out_is_inherited(tmp_path: Path) -> None:
    policy = load(written(tmp_path, "extends: standard\n")).policy
    assert policy == builtin("standard")


def test_mappings_merge_and_lists_replace(tmp_path: Path) -> None:
    text = (
        "extends: standard\nstale: {P2: 2h}\ncomments: {priorities: [P1]}\ntargets: {pause_when: {labels: waiting}}\n"
    )
    policy, standard = load(written(tmp_path, text)).policy, builtin("standard")
    assert policy.stale == {**standard.stale, Priority.P2: policy.stale[Priority.P2]} != standard.stale
    assert policy.comments.priorities == (Priority.P1,)
    assert policy.comments.conditions == standard.comments.conditions
    assert policy.targets.pause_when is not None
    assert policy.targets.pause_when.given() == {"labels": "waiting"}


def test_null_takes_a_key_out(tmp_path: Path) -> None:
    text = "extends: standard\nstale: {P4: null}\nkind: {labels: ~}\nseverity: {default: null}\n"
    policy = load(written(tmp_path, text)).policy
    assert list(policy.stale) == [Priority.P1, Priority.P2, Priority.P3]
    assert policy.kind.labels == {}


def test_rules_and_criteria_merge_by_their_id(tmp_path: Path) -> None:
    rule = "{{id: {id}, when: {{labels: {id}}}, then: {{add_labels: [{label}]}}}}"
    team = ", ".join(rule.format(id=name, label=name) for name in "abc")
    written(tmp_path, f"extends: standard\nrules: [{team}]\n", "team.yaml")
    mine = ", ".join([rule.format(id="d", label="d"), rule.format(id="b", label="x"), "{id: c, remove: true}"])
    exits = "exit: [{id: arrival-falling, remove: true}, {id: no-open-p1, none_open: {priority: P1}, for: 24h}]"
    policy = load(written(tmp_path, f"extends: ./team.yaml\nrules: [{mine}]\n{exits}\n")).policy
    assert [(one.id, *one.then.add_labels) for one in policy.rules] == [("a", "a"), ("b", "x"), ("d", "d")]
    assert [one.id for one in policy.exit] == ["no-open-p1", "all-acknowledged", "targets-met"]


def test_reviews_merge_by_their_id(tmp_path: Path) -> None:
    team = "reviews: [{id: a, schedule: 0 9 * * *}, {id: b, schedule: 0 10 * * *}, {id: c, schedule: 0 11 * * *}]"
    written(tmp_path, f"extends: standard\n{team}\n", "team.yaml")
    mine = "reviews: [{id: b, schedule: 0 12 * * *}, {id: c, remove: true}]"
    policy = load(written(tmp_path, f"extends: ./team.yaml\n{mine}\n")).policy
    assert [(one.id, one.schedule) for one in policy.reviews] == [("a", "0 9 * * *"), ("b", "0 12 * * *")]


def test_two_rules_of_one_id_are_two(tmp_path: Path) -> None:
    rule = "{id: a, when: {labels: x}, then: {comment: true}}"
    assert faults(written(tmp_path, f"extends: standard\nrules: [{rule}, {rule}]\n")) == [
        "policy.yaml:2:65: rules[1].id: a second one of this id: 'a'; rename one of the two"
    ]


def test_to_take_out_what_is_not_there_is_a_fault(tmp_path: Path) -> None:
    text = "extends: standard\nexit:\n  - {id: arival-falling, remove: true}\n"
    assert faults(written(tmp_path, text)) == [
        "policy.yaml:3:10: exit[0].id: nothing of this id to take out; did you mean arrival-falling?"
    ]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("rules: [{id: a, remove: true}]", "rules[0].id: nothing of this id to take out; leave this entry out"),
        ("kind: {default: null}", "kind.default: missing; write default: defect, performance, operation, usage_question or change_request"),
        ("exit: [{id: x, over: 7d}]", "exit[0]: measures nothing: a mapping; write one of none_open, arrival, targets_met, signed_off"),
        ('targets: {at_risk_from: "0.5"}', "targets.at_risk_from: not a number: '0.5'; write one such as 0.5"),
        ("comments: {priorities: [1]}", "comments.priorities[0]: not known: 1; write P1, P2, P3 or P4"),
        ("customer: {default: yes}", "customer.default: neither true nor false: 'yes'; write true or false"),
        ('rules: [{id: a, when: {}, then: {comment: "true"}}]', "rules[0].then.comment: neither true nor false: 'true'; write true or false"),
        ("rules: [{id: a, when: {}, then: {stop: 1}}]", "rules[0].then.stop: neither true nor false: 1; write true or false"),
        ("rules: [{id: a, when: {}, then: {raise: {impact: true}}}]", "rules[0].then.raise.impact: not a whole number: true; write one such as 30"),
        ('rules: [{id: a, when: {}, then: {raise: {impact: "1"}}}]', "rules[0].then.raise.impact: not a whole number: '1'; write one such as 30"),
        ("rules: [{id: a, when: {}, then: {add_labels: [404]}}]", 'rules[0].then.add_labels[0]: a number where text is due: 404; put it in quotes: "404"'),
        ("exit: [{id: x, targets_met: true, over: 7d}]", "exit[0].targets_met: not a number: true; write one such as 0.5"),
        ("stale: {P1: 30}", "stale.P1: not a length of time: 30; write 30m, 4h, 2h30m or 14d"),
        ("fields: {tier: {field: Tier, default: 5}}", 'fields.tier.default: a number where text is due: 5; put it in quotes: "5"'),
        ('fields: {seats: {type: number, field: Seats, default: "5"}}', "fields.seats.default: not a number: '5'; write one such as 30, without quotes"),
        ("people: {ana: {name: ''}}", "people.ana.name: empty; write some text"),
    ],
)  # fmt: skip
def test_a_slip_in_what_is_merged_is_told_as_it_stands(text: str, fault: str, tmp_path: Path) -> None:
    (told,) = faults(written(tmp_path, f"extends: standard\n{text}\n"))
    assert told.startswith("policy.yaml:2:")
    assert told.endswith(f": {fault}")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("extends: standrad\n", "policy.yaml:1:10: extends: no such built-in policy; did you mean standard?, or the path of a file such as ./policy.yaml"),
        ("extends: [standard]\n", "policy.yaml:1:10: extends: not text; write the name of a pack, or the path of a file such as ./team.yaml"),
        ("extends: ./none.yaml\n", "policy.yaml:1:10: extends: no such file: './none.yaml'; write its path as seen from the folder of this file"),
        ("extends: ./policy.yaml\n", "policy.yaml:1:10: extends: a circle: policy.yaml -> policy.yaml; take one of them out"),
    ],
)  # fmt: skip
def test_what_cannot_be_extended_is_told(text: str, fault: str, tmp_path: Path) -> None:
    assert faults(written(tmp_path, text)) == [fault]


# What stands in for a broken part, in which nothing else is wrong, must not be spoken of.
@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("calendars: {gone: {zone: UTC, hours: {mon: []}}}", "calendars.gone: no working hours at all"),
        ("people: {ana: {name: A}}\nescalation: {p1: {for: [P1], tiers: [{after: 0m, notify: [ana]}, 7]}}", "escalation.p1.tiers[1]: not a mapping"),
        ("rules: [7]", "rules[0]: not a mapping"),
        ("rules: [{id: a, when: {labels: x}, then: {foo: 1}}]", "rules[0].then.foo: unknown key"),
        ("rules: [{id: a, when: {labels: x}, then: {set: {priority: P9}}}]", "rules[0].then.set.priority: not known"),
        ("roster: {shifts: [7]}", "roster.shifts[0]: not a mapping"),
        ("reviews: [7]", "reviews[0]: not a mapping"),
        ("phases: [7]", "phases[0]: not a mapping"),
        ("phases: [{until_day: x, targets: {acknowledge: {P1: 1h, P2: 1h, P3: 1h, P4: 1h}, resolve: {P1: 1h, P2: 1h, P3: 1h, P4: 1h}}}]", "phases[0].until_day: not a whole number"),
        ("people: 5", "people: not a mapping"),
        ("targets: {resolve: {P1: x, P9: 1h}}", "targets.resolve.P1: not a length of time|targets.resolve.P9: not known"),
        ("priority_matrix: {low: 5}", "priority_matrix.low: not a mapping"),
        ("fields: {tier: {type: nubmer}}\nrules: [{id: a, when: {tier: 5}, then: {comment: true}}]", "fields.tier.type: not known"),
        ("fields: 5\nrules: [{id: a, when: {tier: 5}, then: {comment: true}}]", "fields: not a mapping"),
    ],
)  # fmt: skip
def test_nothing_is_told_but_the_slip_itself(text: str, told: str, tmp_path: Path) -> None:
    lines = [line.split(": ", 1)[1] for line in faults(written(tmp_path, f"extends: standard\n{text}\n"))]
    assert len(lines) == len(told.split("|"))
    for line, start in zip(lines, told.split("|"), strict=True):
        assert line.startswith(start)


def test_a_circle_over_several_files_is_told(tmp_path: Path) -> None:
    written(tmp_path, "extends: policy.yaml\n", "b.yaml")
    written(tmp_path, "extends: ./b.yaml\n", "a.yaml")
    told = faults(written(tmp_path, "extends: a.yaml\n"))
    assert told == [
        "b.yaml:1:10: extends: a circle: policy.yaml -> a.yaml -> b.yaml -> policy.yaml; take one of them out"
    ]


def test_a_fault_is_told_in_the_file_where_it_stands(tmp_path: Path) -> None:
    base = "extends: standard\nrules:\n  - {id: a, when: {labls: x}, then: {comment: true}}\nstale: {P1: 4 hours}\n"
    written(tmp_path, base, "team.yaml")
    own = "extends: ./team.yaml\nrules:\n  - {id: b, when: {priority: P9}, then: {comment: true}}\nstale: {P9: 1h}\n"
    assert faults(written(tmp_path, own)) == [
        "policy.yaml:3:30: rules[0].when.priority: not known: 'P9'; write P1, P2, P3 or P4",
        "policy.yaml:4:9: stale.P9: not known; write P1, P2, P3 or P4",
        "team.yaml:3:20: rules[0].when.labls: unknown field; did you mean labels?",
        "team.yaml:4:13: stale.P1: not a length of time: '4 hours'; write 30m, 4h, 2h30m or 14d",
    ]


def test_shown_policy_says_where_each_part_is_from_and_loads_to_the_same(tmp_path: Path) -> None:
    text = (
        "extends: follow-the-sun\nstale: {P1: 1h}\nexit: [{id: done, none_open: {priority: [P1, P2]}, for: 5d}]\n"
        "targets: {acknowledge: {P1: 10m on always}, pause_when: {labels: waiting}}\nescalation: {p1: {repeat: null}}\n"
    )
    own = load(written(tmp_path, text))
    shown = show(own)
    again = load(written(tmp_path, shown, "shown.yaml"))
    assert again.policy == own.policy
    policy_file = tmp_path / "policy.yaml"
    stale = f"# from standard, {policy_file}\nstale:\n  # from {policy_file}\n  P1: 1h\n  # from standard\n  P2: 1d\n  P3: 3d\n"
    targets = (
        f"# from standard, follow-the-sun, {policy_file}\ntargets:\n  # from follow-the-sun, {policy_file}\n  acknowledge:\n"
        f"    # from {policy_file}\n    P1: 10m on always\n    # from follow-the-sun\n    P2: 1h on always\n"
    )
    assert stale in shown
    assert targets in shown
    assert f"\n  # from {policy_file}\n  pause_when: {{labels: waiting}}\n" in shown
    assert "\n# from follow-the-sun\nescalation:\n  p1:\n    for: [P1]\n" in shown
    assert "  # from standard\n  - {id: no-open-p1" in shown
    assert f"  # from {policy_file}\n  - {{id: done" in shown


@pytest.mark.parametrize("name", pack_names())
def test_a_shown_pack_loads_to_the_same(name: str, tmp_path: Path) -> None:
    assert load(written(tmp_path, show(load(pack_path(name))))).policy == builtin(name)


_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    [
        "30m",
        "1e3",
        "0x1d",
        "null",
        "True",
        "5.2",
        "a: b",
        "a #b",
        "~",
        "- a",
        "<<",
        "2026-11-20",
        "8h on emea",
        " a",
        "a:",
    ]
)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | _TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXTS, inner, max_size=3),
    max_leaves=12,
)


@settings(max_examples=examples(100), deadline=None)
@given(value=st.dictionaries(_TEXTS, _VALUES, min_size=1, max_size=3))
def test_what_is_written_is_read_back(value: dict[str, object], tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / "value.yaml"
    path.write_text("\n".join(lines(value, width=30)), encoding="utf-8")
    assert read(path).value == value
