"""`check` with each kind of GitHub account: what it may do, what it lacks for what, and what only the config can tell."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.sync.apps import ID, SLUG, add_app, private_key
from tests.sync.flow import START

from hypercare_sync.cli.group import cli
from hypercare_sync.sandbox.github.server import read_server
from hypercare_sync.sandbox.server import running
from hypercare_sync.sandbox.world import Sandbox

TOKENS = {
    "classic": "release-bot:scopes=repo+read:org",
    "public": "release-bot:scopes=public_repo",
    "orgs": "release-bot:scopes=read:org",
    "fine": "release-bot:issues=write",
    "blind": "release-bot:contents=read",
    "actions": "github-actions[bot]:issues=write,on=acme/web",
    "minted": "other-app[bot]:issues=write",
    "ana": "ana-k",
}
POLICY = """\
extends: standard
people:
  ana: {name: Ana K, github: ana-k}
  ben: {name: Ben O, github: ben-o}
"""
ISSUES_WRITE = "Issues: Read and write"


class Desk:
    """A config over a sandbox of its own, and `check` called on it."""

    def __init__(self, sandbox: Sandbox, base: str, folder: Path) -> None:
        self.sandbox, self.base, self.folder = sandbox, base, folder

    def check(
        self, tracker: str, *, repo: str = "acme/web", summary: str = "acme/ops", policy: str = "standard"
    ) -> Result:
        """A call with this tracker, an own account unless it is said otherwise."""
        path = self.folder / "hypercare.yaml"
        path.write_text(
            f'version: 1\ntrackers:\n  gh: {{kind: github, url: "{self.base}/api/v3", {tracker}}}\nreleases:\n'
            f"  - {{name: Shop, go_live: 2020-01-01T08:00+01:00, hypercare: 3000d, policy: {policy},\n"
            f"     sources: [{{tracker: gh, repo: {repo}, labels: [web]}}], summary: {{tracker: gh, repo: {summary}}}}}\n"
        )
        path.chmod(0o600)
        self.sandbox.log.served.clear()
        result = CliRunner().invoke(cli, ["check", "-c", str(path)])
        assert {row.kind for row in self.sandbox.log.served} <= {"read"}
        return result


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    sandbox = Sandbox.new(START, TOKENS)
    for name in ("acme/web", "acme/ops"):
        sandbox.github.add_default_labels(sandbox.github.repository_for(name))
    (tmp_path / "app.pem").write_text(private_key())
    (tmp_path / "app.pem").chmod(0o600)
    with running(sandbox) as base:
        yield Desk(sandbox, base, tmp_path)


def lines(result: Result, start: str) -> list[str]:
    """The lines on stderr that begin so."""
    return [line.removeprefix(start) for line in result.stderr.splitlines() if line.startswith(start)]


def test_account_of_its_own_with_all_rights_passes_without_a_word_on_stderr(desk: Desk) -> None:
    result = desk.check("token: classic, account: own")
    assert (result.exit_code, result.stderr) == (0, "")
    told = result.stdout.splitlines()
    assert told[1].startswith("gh: signed in as release-bot with a classic token (scopes: read:org, repo); 4,98")
    assert told[1].endswith(" of 5,000 points left this hour")
    assert told[2] == "gh: acme/web: may read, comment, label tickets, create labels"
    assert told[3] == "gh: acme/ops: may read, open and edit the summary, label the summary, create labels"


@pytest.mark.parametrize("private", [False, True])
def test_app_needs_nothing_declared(desk: Desk, *, private: bool) -> None:
    desk.sandbox.github.repository_for("acme/web", private=private)
    add_app(desk.sandbox)
    result = desk.check(f"app: {{id: {ID}, private_key_file: ./app.pem}}")
    assert (result.exit_code, result.stderr) == (0, "")
    assert f"gh: signed in as {SLUG}[bot] with an App's key; " in result.stdout


@pytest.mark.parametrize(
    ("tracker", "said"),
    [
        ("token: classic", ["nobody tells whether release-bot is ours alone; if nobody else acts with it, say so: `account: own`; if others do, use an App"]),
        ("token: classic, account: shared", ["release-bot acts for others, too, and what others do with it is taken for ours"]),
        ("token: actions, permissions: {issues: write}", ["github-actions[bot] is the account of all workflows"]),
        ("token: minted, permissions: {issues: write}", []),
        ("token: fine, account: own, permissions: {issues: write}", []),
        ("token: fine, account: own", [f"acme/web: whether it may write, nobody tells who has a fine-grained token; where it has {ISSUES_WRITE}, say so in the config: `permissions: {{issues: write}}`", "acme/ops: whether it may write"]),
        ("token: classic, account: own, permissions: {issues: write}", ["`permissions` are not a classic token's"]),
    ],
)  # fmt: skip
def test_what_no_endpoint_tells_is_asked_of_the_config(desk: Desk, tracker: str, said: list[str]) -> None:
    result = desk.check(tracker, summary="acme/web" if "actions" in tracker else "acme/ops")
    warnings = lines(result, "Warning: gh: ")
    assert len(warnings) == len(said)
    assert [line.startswith(start) for line, start in zip(warnings, said, strict=True)] == [True] * len(said)
    assert result.exit_code == 0


def test_account_of_somebody_in_the_policy_is_a_persons_whatever_is_declared(desk: Desk) -> None:
    (desk.folder / "policy.yaml").write_text(POLICY)
    result = desk.check("token: ana, account: own", policy="./policy.yaml")
    warnings = lines(result, "Warning: gh: ")
    assert warnings[0].startswith("ana-k is Ana K of the policy's people, and what others do with it is taken for ours")
    assert warnings[1] == (
        "acme/web: ben-o (Ben O) cannot be assigned there: no such account, or it has no access; "
        "then no mention reaches it in a private repository"
    )
    assert (len(warnings), result.exit_code) == (2, 0)


@pytest.mark.parametrize(
    ("tracker", "lack"),
    [
        ("token: orgs", "cannot comment, label tickets or create labels: give the token the scope public_repo (it has read:org)"),
        ("token: fine, permissions: {issues: read}", f"cannot comment, label tickets or create labels: give the token the permission {ISSUES_WRITE}, and say so in `permissions` (it has read)"),
        ("token: minted, permissions: {contents: write}", f"cannot comment, label tickets or create labels: give the App the repository permission {ISSUES_WRITE}, and say so in `permissions` of the tracker (it has none)"),
        (f"app: {{id: {ID}, private_key_file: ./app.pem}}", f"cannot comment, label tickets or create labels: give the App the repository permission {ISSUES_WRITE}, and accept it where it is installed (it has read)"),
    ],
)  # fmt: skip
def test_right_that_a_token_lacks_is_said_with_what_it_is_for(desk: Desk, tracker: str, lack: str) -> None:
    add_app(desk.sandbox, "issues=read")
    result = desk.check(f"{tracker}, account: own")
    assert result.exit_code == 5
    errors = lines(result, "Error: gh: ")
    assert errors[0] == f"acme/web: {lack}"
    assert errors[1].startswith("acme/ops: cannot open and edit the summary, label the summary or create labels: give ")
    assert len(errors) == 2


@pytest.mark.parametrize(
    ("role", "lack"),
    [
        ("read", "cannot label tickets or create labels: give release-bot the role Write there (it has Read)"),
        ("triage", "cannot create labels: give release-bot the role Write there (it has Triage)"),
        ("write", None),
    ],
)
def test_role_that_a_user_lacks_is_said(desk: Desk, role: str, lack: str | None) -> None:
    desk.sandbox.github.repositories["acme/web"].roles["release-bot"] = role
    result = desk.check("token: classic, account: own")
    assert lines(result, "Error: gh: acme/web: ") == ([lack] if lack else [])
    assert result.exit_code == (5 if lack else 0)


def test_summary_that_cannot_be_pinned_is_warned_of(desk: Desk) -> None:
    desk.sandbox.github.repositories["acme/ops"].roles["release-bot"] = "triage"
    result = desk.check("token: classic, account: own")
    assert lines(result, "Warning: gh: ") == ["acme/ops: cannot pin the summary: that takes the role Write"]


@pytest.mark.parametrize(
    ("change", "lack"),
    [
        ("archived", "it is archived, so nothing can be written; unarchive it, or take it out of the config"),
        ("has_issues", "its issues are turned off; turn them on (Settings, Features: Issues)"),
    ],
)
def test_repository_that_takes_no_issues_is_said(desk: Desk, change: str, lack: str) -> None:
    repository = desk.sandbox.github.repositories["acme/web"]
    if change == "archived":
        repository.archived_at = START
    else:
        repository.has_issues = False
    result = desk.check("token: classic, account: own")
    assert lines(result, "Error: gh: ")[0] == f"acme/web: {lack}"
    assert result.exit_code == 5


@pytest.mark.parametrize(
    ("tracker", "hint"),
    [
        ("token: public", "a private one takes the scope repo and a role there"),
        ("token: actions, permissions: {issues: write}", "a workflow's token sees no other private repository than its own"),
        (f"app: {{id: {ID}, private_key_file: ./app.pem}}", "the App 4711 is not installed for acme/hidden, or there is no such repository; its settings say where"),
    ],
)  # fmt: skip
def test_repository_that_we_do_not_see_is_said_with_what_may_help(desk: Desk, tracker: str, hint: str) -> None:
    desk.sandbox.github.repository_for("acme/hidden", private=True)
    add_app(desk.sandbox, "issues=write,on=acme/ops")
    result = desk.check(f"{tracker}, account: own", repo="acme/hidden")
    assert result.exit_code == 5
    (told,) = (line for line in lines(result, "Error: gh: ") if "acme/hidden" in line and "here are 2" not in line)
    assert hint in told


def test_workflow_that_should_write_in_two_repositories_is_told(desk: Desk) -> None:
    result = desk.check("token: actions, permissions: {issues: write}, account: own")
    assert result.exit_code == 5
    assert lines(result, "Error: gh: ") == [
        "github-actions[bot] writes in its workflow's own repository only, and here are 2: acme/web, acme/ops; use an App, or one repository for all"
    ]


def test_fine_grained_token_that_may_not_even_read_is_told_by_trying(desk: Desk) -> None:
    desk.sandbox.github.repository_for("acme/web", private=True)
    result = desk.check("token: blind, account: own")
    assert result.exit_code == 5
    (error,) = lines(result, "Error: gh: acme/web: ")
    assert error.startswith("GET /repos/acme/web/issues: 403: Resource not accessible by personal access token; ")
    assert error.endswith("our account lacks the permission for this: issues=read")


@pytest.mark.parametrize(
    ("tracker", "said"),
    [
        ("token: wrong", "the token was refused (Bad credentials); check `token` of tracker 'gh' in the config"),
        (f"app: {{id: {ID}, private_key_file: ./app.pem}}", "the app was refused (Integration not found); check `app` of tracker 'gh' in the config"),
    ],
)  # fmt: skip
def test_account_that_is_not_let_in_is_said_once(desk: Desk, tracker: str, said: str) -> None:
    result = desk.check(tracker)
    assert result.exit_code == 5
    assert lines(result, "Error: gh: ").count(said) == 1


def test_actions_token_has_a_thousand_requests_an_hour(desk: Desk) -> None:
    result = desk.check("token: actions, permissions: {issues: write}, account: own", summary="acme/web")
    assert (
        "gh: signed in as github-actions[bot] with the token of GitHub Actions; 985 of 1,000 points left"
        in result.stdout
    )
    assert lines(result, "Error: gh: ") == []


def test_server_without_limits_says_so(desk: Desk) -> None:
    desk.sandbox.github.server = read_server("3.12")
    result = desk.check("token: classic, account: own")
    assert result.stdout.splitlines()[1].endswith("; no rate limit")
