"""Loading a config: what the contract's keys mean, and that every fault is told at once, in its place, without secrets."""

import json
import os
import pathlib
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML
from tests.effort import examples

from hypercare_sync.config import (
    Config,
    ConfigFile,
    GithubSource,
    GithubSummary,
    JiraSource,
    JiraSummary,
    JiraTracker,
    examine,
    load,
)
from hypercare_sync.errors import ConfigError
from hypercare_sync.yaml_file.places import follow

FILE = pathlib.Path("hypercare.yaml")
SECRET = "hunter2-of-ana"
ENV = {"JIRA_TOKEN": SECRET, "GITHUB_TOKEN": SECRET}
GOOD = """\
version: 1
store: sqlite:///hypercare.db
trackers:
  shop-jira:  {kind: jira, url: "https://shop.atlassian.net", email: bot@shop.example, token: "${JIRA_TOKEN}"}
  web-github: {kind: github, url: "https://api.github.com", token: "${GITHUB_TOKEN}"}
releases:
  - name: Shop 5.2
    go_live: 2026-11-20T08:00+01:00
    hypercare: 14d
    zone: Europe/Berlin
    sources:
      - {tracker: shop-jira, project: SHOP, version: "5.2"}
      - {tracker: web-github, repo: acme/web, milestone: "5.2"}
    summary: {tracker: web-github, repo: acme/ops}
    policy: standard
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> pathlib.Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def written(text: str) -> pathlib.Path:
    FILE.write_text(text, encoding="utf-8")
    FILE.chmod(0o600)
    return FILE


def loading(text: str, env: Mapping[str, str] = ENV) -> Config:
    return load(written(text), env)


def faults(text: str, env: Mapping[str, str] = ENV) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        loading(text, env)
    assert caught.value.__context__ is None  # an error of pydantic's in the chain would print the values
    return str(caught.value).splitlines()


def changed(before: str, after: str) -> str:
    assert GOOD.count(before) == 1
    return GOOD.replace(before, after)


def test_the_documented_example_loads(folder: pathlib.Path) -> None:
    config = loading(GOOD)
    (release,) = config.releases
    assert release.sources == (
        JiraSource(kind="jira", tracker="shop-jira", project="SHOP", version="5.2"),
        GithubSource(kind="github", tracker="web-github", repo="acme/web", milestone="5.2"),
    )
    assert release.summary == GithubSummary(kind="github", tracker="web-github", repo="acme/ops")
    known = release.release
    assert (known.go_live, known.ends) == (
        datetime(2026, 11, 20, 7, tzinfo=UTC),
        datetime(2026, 12, 4, 7, tzinfo=UTC),
    )
    assert (release.zone, release.untagged, release.policy) == ("Europe/Berlin", "suggest", "standard")
    assert config.trackers["shop-jira"].token.get_secret_value() == SECRET
    assert config.trackers["shop-jira"].pace is None
    assert config.max_duration == timedelta(minutes=4)
    assert (config.guard.share, config.guard.tickets) == (0.3, 10)
    assert config.store_file == folder / "hypercare.db"
    assert config.warnings == ()


def test_what_may_be_left_out_has_its_documented_default() -> None:
    config = loading("""\
version: 1
trackers: {gh: {kind: github, token: "${GITHUB_TOKEN}"}}
releases:
  - name: Web
    go_live: 2026-11-20T08:00Z
    hypercare: 1w
    sources: [{tracker: gh, repo: acme/web, labels: [bug]}]
    summary: {tracker: gh, repo: acme/web}
""")
    (release,) = config.releases
    assert config.store == "sqlite:///hypercare.db"
    assert config.trackers["gh"].url == "https://api.github.com"
    assert release.zone == "UTC"
    assert release.sources[0].scope == "reported"
    assert release.sources[0].audience is None


def test_a_tracker_takes_a_pace_or_none_at_all() -> None:
    config = loading(
        GOOD.replace('token: "${JIRA_TOKEN}"', 'token: "${JIRA_TOKEN}", pace: 30').replace(
            '${GITHUB_TOKEN}"', '${GITHUB_TOKEN}", pace: off'
        )
    )
    assert [tracker.pace for tracker in config.trackers.values()] == [30, "off"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("{role: Developers}", "Developers"),
        ("{group: jira-developers}", "jira-developers"),
        ("{customers: true}", True),
    ],
)
def test_comments_on_jira_are_for_some_where_the_tracker_says_so(written: str, meant: str | bool) -> None:
    assert not any(loading(GOOD).trackers["shop-jira"].comments.model_dump().values())  # type: ignore[union-attr]
    text = changed("email: bot@shop.example", f"email: bot@shop.example, comments: {written}")
    found = loading(text).trackers["shop-jira"].comments  # type: ignore[union-attr]
    assert [value for value in found.model_dump().values() if value] == [meant]


def test_the_summary_may_be_a_jira_ticket() -> None:
    config = loading(changed("{tracker: web-github, repo: acme/ops}", "{tracker: shop-jira, project: OPS}"))
    assert config.releases[0].summary == JiraSummary(kind="jira", tracker="shop-jira", project="OPS", issue_type="Task")


def test_a_query_alone_makes_a_jira_source() -> None:
    config = loading(changed('project: SHOP, version: "5.2"', "jql: 'project = SHOP and text ~ \"5.2\"'"))
    assert isinstance(source := config.releases[0].sources[0], JiraSource)
    assert source.jql == 'project = SHOP and text ~ "5.2"'


def test_components_alone_make_a_jira_source() -> None:
    config = loading(changed('version: "5.2"', "components: [Payments, Web shop]"))
    assert isinstance(source := config.releases[0].sources[0], JiraSource)
    assert source.components == ("Payments", "Web shop")


def test_a_jira_tracker_may_have_a_scoped_token_or_no_email() -> None:
    with_email, without = "email: bot@shop.example, ", ""
    for email in (with_email, without):
        text = GOOD.replace("email: bot@shop.example, ", email).replace(
            'token: "${JIRA_TOKEN}"', 'token: "${JIRA_TOKEN}", scoped: true'
        )
        tracker = loading(text).trackers["shop-jira"]
        assert isinstance(tracker, JiraTracker)
        assert (tracker.email is None, tracker.scoped) == (not email, True)


def test_an_issue_type_alone_makes_a_github_source_and_none_on_jira() -> None:
    milestone = 'repo: acme/web, milestone: "5.2"'
    source = loading(changed(milestone, "repo: acme/web, issue_type: Incident")).releases[0].sources[1]
    assert isinstance(source, GithubSource)
    assert (source.issue_type, source.milestone) == ("Incident", None)
    with pytest.raises(ConfigError, match="issue_type: unknown key"):
        loading(changed('project: SHOP, version: "5.2"', 'project: SHOP, version: "5.2", issue_type: Bug'))


def test_addresses_lose_their_trailing_slash() -> None:
    assert (
        loading(changed("atlassian.net", "atlassian.net/jira/")).trackers["shop-jira"].url
        == "https://shop.atlassian.net/jira"
    )


@pytest.mark.parametrize(
    ("store", "file"),
    [
        ("sqlite:///state/x.db", "state/x.db"),
        ("sqlite:////var/lib/x.db", "/var/lib/x.db"),
        ("sqlite:///./x.db", "x.db"),
    ],
)
def test_the_store_is_relative_to_the_config(
    store: str, file: str, folder: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = loading(changed("sqlite:///hypercare.db", store))
    monkeypatch.chdir("/")
    assert config.store_file == folder / file


@pytest.mark.parametrize(
    ("policy", "file"),
    [
        ("standard", None),
        ("./policy.yaml", "policy.yaml"),
        ("shop.yml", "shop.yml"),
        ("packs/shop", "packs/shop"),
        ("/etc/p.yaml", "/etc/p.yaml"),
    ],
)
def test_a_policy_is_a_name_or_a_path_relative_to_the_config(
    policy: str, file: str | None, folder: pathlib.Path
) -> None:
    config = loading(changed("policy: standard", f"policy: {policy}"))
    assert config.policy_file(config.releases[0]) == (folder / file if file else None)


def test_variables_are_filled_in_anywhere_and_can_be_escaped() -> None:
    config = loading(changed("name: Shop 5.2", 'name: "Shop ${VERSION} of $${TEAM} for $5"'), {**ENV, "VERSION": "5.2"})
    assert config.releases[0].name == "Shop 5.2 of ${TEAM} for $5"


def test_blanks_around_a_token_do_not_count() -> None:
    assert loading(GOOD, {**ENV, "JIRA_TOKEN": f" {SECRET}\n"}).trackers["shop-jira"].token.get_secret_value() == SECRET


JIRA = 'url: "https://shop.atlassian.net", email: bot@shop.example, token: "${JIRA_TOKEN}"'
SOURCE = '{tracker: shop-jira, project: SHOP, version: "5.2"}'
STORE = "write sqlite:///hypercare.db or postgresql+psycopg://USER@HOST/DATABASE"
FIRST, SECOND = "releases[0].sources[0]", "releases[0].sources[1]"


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("version: 1\n", "", "1:1: version: missing; write version: 1"),
        ("version: 1\n", "version: 2\n", "1:10: version: not known: 2; write 1"),
        ("version: 1\n", "version: 1\nstoer: x\n", "2:1: stoer: unknown key; did you mean store?"),
        (
            "sqlite:///hypercare.db",
            f"mysql://me:{SECRET}@db/x",
            f"2:8: store: not supported here: mysql://...; {STORE}",
        ),
        ("sqlite:///hypercare.db", "hypercare.db", f"2:8: store: not a store; {STORE}"),
        (
            "sqlite:///hypercare.db",
            '"sqlite:///:memory:"',
            f"2:8: store: not supported here: sqlite:///...; {STORE}",
        ),
        ("kind: jira", "kind: jirra", "4:22: trackers.shop-jira.kind: not known: 'jirra'; write jira or github"),
        (
            JIRA,
            "url: shop.atlassian.net, token: x",
            "4:33: trackers.shop-jira.url: not a web address; write https://HOST",
        ),
        (
            JIRA,
            'url: "https://shop:99999", token: x',
            "4:33: trackers.shop-jira.url: not a web address; write https://HOST",
        ),
        (
            JIRA,
            f'url: "https://me:{SECRET}@shop", token: x',
            "4:33: trackers.shop-jira.url: holds a user name or a password; write https://HOST, and the secret in token:",
        ),
        (
            JIRA,
            f'url: "https://shop/?t={SECRET}", token: x',
            "4:33: trackers.shop-jira.url: more than an address; write https://HOST/PATH, without ? and #",
        ),
        (JIRA, "token: x", "4:15: trackers.shop-jira.url: missing; write url: https://shop.atlassian.net"),
        (JIRA, 'url: "https://shop"', '4:15: trackers.shop-jira.token: missing; write token: "${TOKEN}"'),
        (
            JIRA,
            'url: "https://shop", token: 12345678',
            "4:56: trackers.shop-jira.token: a number where text is due; put it in quotes",
        ),
        (
            JIRA,
            f'url: "https://shop", token: "{SECRET} {SECRET}"',
            "4:56: trackers.shop-jira.token: no token: it holds blanks or other characters that no header can carry; copy it again",
        ),
        (
            JIRA,
            'url: "https://shop", token: " "',
            '4:56: trackers.shop-jira.token: empty; write "${VARIABLE}" and set the variable',
        ),
        (
            JIRA,
            f"{JIRA}, pace: fast",
            "4:118: trackers.shop-jira.pace: not a whole number: 'fast'; write one such as 30 or off",
        ),
        (
            JIRA,
            f"{JIRA}, pace: true",
            "4:118: trackers.shop-jira.pace: not a whole number: true; write one such as 30 or off",
        ),
        (
            JIRA,
            f"{JIRA}, comments: {{role: Developers, customers: true}}",
            "4:122: trackers.shop-jira.comments: role and customers; write one of them: each says who may read",
        ),
        (JIRA, f"{JIRA}, pace: 0", "4:118: trackers.shop-jira.pace: not more than 0: 0; write more or off"),
        (
            JIRA,
            JIRA.replace("JIRA_TOKEN", "SHOP_TOKEN"),
            "4:95: trackers.shop-jira.token: SHOP_TOKEN is not set; export it or put it in the cron line's environment",
        ),
        (
            JIRA,
            JIRA.replace("${JIRA_TOKEN}", "${JIRA TOKEN}"),
            "4:95: trackers.shop-jira.token: ${ without the name of a variable; write ${NAME}, or $${ where the text itself has ${",
        ),
        (
            "name: Shop 5.2",
            "nam: Shop 5.2",
            "7:5: releases[0].nam: unknown key; did you mean name?",
        ),
        (
            "name: Shop 5.2",
            "name: 5.20",
            '7:11: releases[0].name: a number where text is due: 5.20; put it in quotes: "5.20"',
        ),
        (
            "name: Shop 5.2",
            'name: "Shop\\e[2J"',
            "7:11: releases[0].name: more than one line, or with a control character: 'Shop\\x1b[2J'; write it on one line",
        ),
        (
            "2026-11-20T08:00+01:00",
            "soon",
            "8:14: releases[0].go_live: not a date: 'soon'; write 2026-11-23T08:00+00:00",
        ),
        (
            "2026-11-20T08:00+01:00",
            "20261120",
            "8:14: releases[0].go_live: not a date: 20261120; write 2026-11-23T08:00+00:00",
        ),
        (
            "2026-11-20T08:00+01:00",
            "'20261120'",
            "8:14: releases[0].go_live: not in this century: '20261120'; write 2026-11-23T08:00+00:00",
        ),
        (
            "2026-11-20T08:00+01:00",
            "0001-01-01T00:00+01:00",
            "8:14: releases[0].go_live: not in this century: '0001-01-01T00:00+01:00'; write 2026-11-23T08:00+00:00",
        ),
        (
            "2026-11-20T08:00+01:00",
            "2026-11-20T08:00",
            "8:14: releases[0].go_live: a time without an offset: '2026-11-20T08:00'; write 2026-11-20T08:00+00:00, or with another offset",
        ),
        (
            "hypercare: 14d",
            "hypercare: 2 weeks",
            "9:16: releases[0].hypercare: not a length of time: '2 weeks'; write 30m, 4h, 2h30m or 14d",
        ),
        (
            "hypercare: 14d",
            "hypercare: 0d",
            "9:16: releases[0].hypercare: no time at all: '0d'; write 30m, 4h, 2h30m or 14d",
        ),
        (
            "hypercare: 14d",
            "hypercare: 14",
            "9:16: releases[0].hypercare: not a length of time: 14; write 30m, 4h, 2h30m or 14d",
        ),
        (
            "hypercare: 14d",
            'hypercare: "${JIRA_TOKEN}"',
            "9:16: releases[0].hypercare: not a length of time: '${JIRA_TOKEN}'; write 30m, 4h, 2h30m or 14d",
        ),
        (
            "Europe/Berlin",
            "europe/berlin",
            "10:11: releases[0].zone: not a time zone: 'europe/berlin'; did you mean Europe/Berlin?",
        ),
        (
            "Europe/Berlin",
            "../../etc/passwd",
            "10:11: releases[0].zone: not a time zone: '../../etc/passwd'; write one such as Europe/Berlin or UTC",
        ),
        (SOURCE, "{project: SHOP, jql: x}", f"12:9: {FIRST}.tracker: missing; write tracker: shop-jira"),
        (SOURCE, "{tracker: 5, jql: x}", f"12:19: {FIRST}.tracker: not text; write the name of a tracker"),
        (SOURCE, "{tracker: shop-jra, jql: x}", f"12:19: {FIRST}.tracker: no such tracker; did you mean shop-jira?"),
        (SOURCE, "{tracker: other, jql: x}", f"12:19: {FIRST}.tracker: no such tracker; write shop-jira or web-github"),
        (
            SOURCE,
            "{tracker: shop-jira, kind: jira, jql: x}",
            f"12:30: {FIRST}.kind: unknown key; take it out, the tracker has it",
        ),
        (
            SOURCE,
            "{tracker: shop-jira, repo: acme/web}",
            f"12:30: {FIRST}.repo: for GitHub, but tracker 'shop-jira' is a Jira one; write project:",
        ),
        (
            SOURCE,
            "{tracker: shop-jira, project: SHOP, repo: acme/web}",
            f"12:45: {FIRST}.repo: for GitHub, but tracker 'shop-jira' is a Jira one; take it out",
        ),
        (
            SOURCE,
            "{tracker: shop-jira, project: SHOP}",
            f"12:9: {FIRST}: no condition; write project: with version:, labels: or components:, or jql:",
        ),
        (
            SOURCE,
            "{tracker: shop-jira, labels: [bug]}",
            f"12:9: {FIRST}: no condition; write project: with version:, labels: or components:, or jql:",
        ),
        (
            SOURCE,
            "{tracker: shop-jira, project: SHOP, version: 5.10}",
            f'12:54: {FIRST}.version: a number where text is due: 5.10; put it in quotes: "5.10"',
        ),
        (
            SOURCE,
            "{tracker: shop-jira, project: SHOP, labels: bug}",
            f"12:53: {FIRST}.labels: not a list: 'bug'; write ['bug']",
        ),
        (
            SOURCE,
            "{tracker: shop-jira, jql: x, scope: al}",
            f"12:45: {FIRST}.scope: not known: 'al'; write all or reported",
        ),
        (
            SOURCE,
            "{tracker: shop-jira, jql: x, audience: secret}",
            f"12:48: {FIRST}.audience: not known: 'secret'; write restricted, public or internal",
        ),
        (SOURCE, "{tracker: shop-jira, jql: ' '}", f"12:35: {FIRST}.jql: empty; write some text"),
        (SOURCE, "nothing", f"12:9: {FIRST}: not a mapping; write KEY: VALUE lines"),
        (
            '{tracker: web-github, repo: acme/web, milestone: "5.2"}',
            "{tracker: web-github, repo: acme/web}",
            f"13:9: {SECOND}: no condition; write milestone:, labels: or issue_type:",
        ),
        ("repo: acme/web,", "repo: web,", f"13:37: {SECOND}.repo: not a repository: 'web'; write OWNER/NAME"),
        (
            "repo: acme/web,",
            "repo: 'https://github.com/acme/web.git',",
            f"13:37: {SECOND}.repo: not a repository: 'https://github.com/acme/web.git'; write acme/web",
        ),
        (
            "repo: acme/web,",
            "repo: 'git@github.com:acme/web.git',",
            f"13:37: {SECOND}.repo: not a repository: 'git@github.com:acme/web.git'; write acme/web",
        ),
        (
            "repo: acme/web,",
            "project: WEB,",
            f"13:31: {SECOND}.project: for Jira, but tracker 'web-github' is a GitHub one; write repo:\n13:9: {SECOND}.repo: missing; write repo: acme/web",
        ),
        (
            "    summary: {tracker: web-github, repo: acme/ops}\n",
            "",
            '7:5: releases[0].summary: missing; write summary: {"repo": "acme/ops", "tracker": "web-github"}',
        ),
        (
            "{tracker: web-github, repo: acme/ops}",
            "{tracker: shop-jira}",
            "14:14: releases[0].summary.project: missing; write project: SHOP",
        ),
        (
            "{tracker: web-github, repo: acme/ops}",
            "acme/ops",
            "14:14: releases[0].summary: not a mapping; write KEY: VALUE lines",
        ),
        ("policy: standard", "policy: ''", "15:13: releases[0].policy: empty; write some text"),
        (
            "policy: standard",
            "untagged: hide",
            "15:15: releases[0].untagged: not known: 'hide'; write ignore or suggest",
        ),
        (
            "policy: standard\n",
            "policy: standard\nmax_duration: 0m\n",
            "16:15: max_duration: no time at all: '0m'; write 30m, 4h, 2h30m or 14d",
        ),
        (
            "policy: standard\n",
            "policy: standard\nguard: {share: 30%, tickets: -1}\n",
            (
                "16:16: guard.share: not a number: '30%'; write one such as 0.5\n"
                "16:30: guard.tickets: less than 0: -1; write 0 or more"
            ),
        ),
    ],
)
def test_each_fault_is_told_in_its_place_with_a_remedy(before: str, after: str, expected: str) -> None:
    told = faults(changed(before, after))
    assert sorted(told) == sorted(f"hypercare.yaml:{line}" for line in expected.splitlines())
    assert SECRET not in "".join(told)


def test_a_region_is_no_zone() -> None:
    (told,) = faults(changed("Europe/Berlin", "Europe"))
    assert told.startswith("hypercare.yaml:10:11: releases[0].zone: not a time zone: 'Europe'; did you mean Europe/")


def test_a_config_needs_a_release() -> None:
    start = GOOD.index("releases:")
    assert faults(GOOD[:start] + "releases: []\n") == ["hypercare.yaml:6:11: releases: empty; write at least one"]
    assert faults(GOOD[:start] + "releases:\n") == [
        "hypercare.yaml:6:1: releases: not a list: nothing; write [ITEM, ...]"
    ]


def test_a_release_needs_a_source() -> None:
    start, end = GOOD.index("    sources:"), GOOD.index("    summary:")
    assert faults(GOOD[:start] + "    sources: []\n" + GOOD[end:]) == [
        "hypercare.yaml:11:14: releases[0].sources: empty; write at least one"
    ]


def test_two_releases_cannot_share_a_name() -> None:
    again = GOOD[GOOD.index("  - name") :].replace("Shop 5.2", "SHOP 5.2")
    assert faults(GOOD + again) == [
        "hypercare.yaml:16:11: releases[1].name: a second release of this name; rename it or the one at hypercare.yaml:7:11"
    ]


@pytest.mark.parametrize(
    "same",
    [
        '{tracker: web-github, milestone: "5.2", repo: Acme/Web}',
        '{tracker: web-github, repo: acme/web, milestone: "5.2", scope: all}',
    ],
)
def test_a_source_is_not_taken_twice(same: str) -> None:
    assert faults(changed("    summary:", f"      - {same}\n    summary:")) == [
        "hypercare.yaml:14:9: releases[0].sources[2]: the same tickets as the source at hypercare.yaml:13:9; take one of them out"
    ]


def test_two_releases_may_share_a_source() -> None:
    assert len(loading(GOOD + GOOD[GOOD.index("  - name") :].replace("Shop 5.2", "Shop 5.3")).releases) == 2


def test_every_fault_is_told_at_once_whatever_its_sort() -> None:
    text = GOOD.replace("kind: jira", "kind: jirra").replace("GITHUB_TOKEN", "OTHER").replace("14d", "long")
    text = text.replace("tracker: web-github, repo: acme/web", "tracker: web-gitub, repo: acme/web").replace(
        "policy:", "polcy:"
    )
    assert [line.split(": ")[1] for line in faults(text)] == [
        "trackers.shop-jira.kind",
        "trackers.web-github.token",
        "releases[0].hypercare",
        "releases[0].sources[1].tracker",
        "releases[0].polcy",
    ]


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("kind: jirra", "kind: not known: 'jirra'; write jira or github"),
        ("kind: cloud", "kind: not known: 'cloud'; write jira or github"),
        ("kind: [jira]", "kind: not known: a list; write jira or github"),
        ("kin: jira", "kin: unknown key; did you mean kind?"),
    ],
)
def test_a_tracker_of_no_known_kind_hides_none_of_the_faults_that_depend_on_it(kind: str, told: str) -> None:
    text = (
        GOOD.replace("kind: jira", kind).replace('version: "5.2"}', 'vresion: "5.2"}').replace("{JIRA_TOKEN}", "{NO}")
    )
    lines = faults(text)
    assert lines[0].endswith(f"trackers.shop-jira.{told}")
    assert [line.split(": ")[1] for line in lines[1:]] == ["trackers.shop-jira.token", f"{FIRST}.vresion"]


def test_a_misspelt_tracker_hides_no_fault_of_its_source_and_makes_no_other_unused() -> None:
    text = GOOD.replace("tracker: web-github", "tracker: web-gitub").replace('milestone: "5.2"', "milestone: 5.2")
    examined = examine(written(text), ENV)
    assert [fault.text.split(": ")[0] for fault in examined.faults] == [
        f"{SECOND}.tracker", f"{SECOND}.milestone", "releases[0].summary.tracker"
    ]  # fmt: skip
    assert examined.warnings == ()


def test_a_key_that_is_there_twice_hides_no_other_fault() -> None:
    text = GOOD.replace("version: 1\n", "version: 1\nstore: x\n").replace("hypercare: 14d", "hypercare: long")
    assert [line.split(":")[1] for line in faults(text)] == ["2", "3", "10"]
    assert "'store' is here twice" in faults(text)[1]


def test_what_is_warned_of_is_told_beside_the_faults() -> None:
    spare = changed("releases:", '  spare: {kind: github, token: "${GITHUB_TOKEN}"}\nreleases:').replace("14d", "long")
    examined = examine(written(spare), ENV)
    assert [str(one).split(": ")[1] for one in examined.faults] == ["releases[0].hypercare"]
    assert [str(one).split(": ")[1] for one in examined.warnings] == ["trackers.spare"]


def test_names_that_people_gave_cannot_drive_a_terminal() -> None:
    text = GOOD.replace("  shop-jira:  {", '  "a\\e[2Jb\\x1e": {')
    assert all(line.isprintable() for line in faults(text))


@pytest.mark.parametrize(
    ("value", "problem"),
    [("", "is empty; set it to its value"), ("\udcff", "holds bytes that are not UTF-8; set it anew")],
)
def test_a_variable_without_a_usable_value_is_a_fault(value: str, problem: str) -> None:
    assert faults(GOOD, {**ENV, "JIRA_TOKEN": value}) == [
        f"hypercare.yaml:4:95: trackers.shop-jira.token: JIRA_TOKEN {problem}"
    ]


def test_an_unused_tracker_is_warned_of() -> None:
    config = loading(changed("releases:", '  spare: {kind: github, token: "${GITHUB_TOKEN}"}\nreleases:'))
    assert config.warnings == ("hypercare.yaml:6:3: trackers.spare: used by no release; use it or take it out",)


@pytest.mark.skipif(os.name != "posix", reason="the mode of a file says who may read it on POSIX only")
@pytest.mark.parametrize(("mode", "warned"), [(0o600, False), (0o640, True), (0o604, True), (0o620, False)])
def test_a_literal_token_in_a_file_that_others_may_read_is_warned_of(mode: int, warned: bool) -> None:
    FILE.write_text(changed("${JIRA_TOKEN}", SECRET))
    FILE.chmod(mode)
    warning = 'hypercare.yaml:4:95: trackers.shop-jira.token: a secret in a file that others may read; write "${SHOP_JIRA_TOKEN}", or chmod 600 hypercare.yaml'
    assert load(FILE, ENV).warnings == ((warning,) if warned else ())


def test_no_secret_is_in_the_repr_or_the_json_of_a_config() -> None:
    config = loading(changed("${GITHUB_TOKEN}", SECRET))
    assert SECRET not in repr(config) + str(config) + config.model_dump_json()


def test_the_schema_for_editors_has_the_keys_that_people_write() -> None:
    schema = json.dumps(ConfigFile.model_json_schema())
    assert '"issue_type"' in schema
    assert "kind" not in ConfigFile.model_json_schema()["$defs"]["JiraSource"]["properties"]
    assert "kind" in ConfigFile.model_json_schema()["$defs"]["JiraTracker"]["properties"]


def outcome(text: str) -> str:
    """What loading the text says to the user; anything but a ConfigError fails the test."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "fuzz.yaml")
        path.write_text(text, encoding="utf-8", errors="replace")
        try:
            return "\n".join(load(path, ENV).warnings)
        except ConfigError as error:
            told = str(error)
    assert all(line.startswith(f"{path}:") for line in told.splitlines())
    return told


PIECES = [
    "\n",
    "  ",
    "- ",
    ": ",
    "{",
    "}",
    "[",
    "]",
    ", ",
    "'",
    '"',
    "${",
    "${JIRA_TOKEN}",
    "kind: ",
    "tracker: ",
    "5.2",
    "null",
    "&a ",
    "*a",
    "!x",
    "#",
    "😀",
]


@settings(max_examples=examples(150), deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, len(GOOD)), st.integers(0, 30), st.sampled_from(PIECES) | st.text(max_size=5)),
        min_size=1,
        max_size=4,
    )
)
def test_no_change_to_the_text_of_a_config_makes_loading_fail_in_another_way(edits: list[tuple[int, int, str]]) -> None:
    text = GOOD
    for start, length, piece in edits:
        text = text[:start] + piece + text[start + length :]
    assert SECRET not in outcome(text)


TREE: dict[str, Any] = YAML(typ="safe", pure=True).load(
    GOOD.replace("2026-11-20T08:00+01:00", "'2026-11-20T08:00+01:00'")
)
ODD = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from(["", "jira", "github", "shop-jira", "${JIRA_TOKEN}", "${", "14d", "a/b"])
    | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["kind", "tracker", "name", "x"]) | st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=6,
)


def places(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for step, member in members for place in ((*path, step), *places(member, (*path, step)))]


@settings(max_examples=examples(150), deadline=None)
@given(st.lists(st.tuples(st.sampled_from(places(TREE)), ODD), min_size=1, max_size=3))
@example([(("trackers",), {"x": {"kind": "jira", "jira": {"url": 5}}})])
@example([(("releases", 0, "sources", 0, "tracker"), []), (("trackers", "shop-jira", "kind"), {})])
def test_no_value_in_place_of_another_makes_loading_fail_in_another_way(
    edits: list[tuple[tuple[str | int, ...], object]],
) -> None:
    tree = json.loads(json.dumps(TREE))
    for path, odd in edits:
        parent: Any = follow(tree, path[:-1])
        steps = parent if isinstance(parent, dict) else range(len(parent)) if isinstance(parent, list) else ()
        if path[-1] in steps:
            parent[path[-1]] = odd
    assert SECRET not in outcome(json.dumps(tree))


def test_policy_that_is_not_built_in_is_told_in_its_place() -> None:
    line = next(number for number, text in enumerate(GOOD.splitlines(), 1) if "policy:" in text)
    (fault,) = faults(GOOD.replace("policy: standard", "policy: standrd"))
    assert fault.startswith(f"hypercare.yaml:{line}:")
    assert "releases[0].policy: no such built-in policy: 'standrd'; did you mean standard?" in fault
