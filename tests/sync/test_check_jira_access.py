"""`check` with each kind of Jira account: what it may do in each project, and which missing permission keeps it from what."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.sync.flow import START
from tests.sync.sandbox.jira_site import ANA, row, written

from hypercare_sync.cli.group import cli
from hypercare_sync.sandbox.server import running
from hypercare_sync.sandbox.world import Flavour, Sandbox

TOKENS = {
    "full": "release-bot",
    "loud": "release-bot:jira=-ADMINISTER_PROJECTS+-ADMINISTER",
    "reader": "release-bot:jira=BROWSE_PROJECTS",
    "writer": "release-bot:jira=BROWSE_PROJECTS+EDIT_ISSUES+ADD_COMMENTS+ADMINISTER_PROJECTS",
    "unlinking": "release-bot:jira=-LINK_ISSUES",
    "elsewhere": "release-bot:jira@SHOP=BROWSE_PROJECTS+EDIT_ISSUES,jira@OPS=ADMINISTER",
    "blind": "release-bot:jira@OPS=ADMINISTER",
    "ana": "ana-k",
    "visitor": "release-bot:jira-roles=Visitors",
}
POLICY = """\
extends: standard
people:
  ana: {{name: Ana K, jira: {ana}}}
assign: {{priorities: [P1]}}
"""


class Desk:
    """A config over a Jira of its own, and `check` called on it."""

    more = ""
    source = '{tracker: shop, project: SHOP, version: "5.2"}'

    def __init__(self, sandbox: Sandbox, base: str, folder: Path) -> None:
        self.sandbox, self.base, self.folder = sandbox, base, folder
        sandbox.jira.load(written(folder / "rows.jsonl", row("SHOP-1", reporter=ANA), row("OPS-1", reporter=ANA)))

    def check(self, token: str, *, summary: str = "OPS", policy: str = "standard") -> Result:
        """A call with this token."""
        path = self.folder / "hypercare.yaml"
        email = "email: bot@shop.example, " if self.sandbox.jira.cloud else ""
        path.write_text(
            f'version: 1\ntrackers:\n  shop: {{kind: jira, url: "{self.base}/jira", {email}token: {token}{self.more}}}\nreleases:\n'
            f"  - {{name: Shop, go_live: 2020-01-01T08:00+01:00, hypercare: 3000d, policy: {policy},\n"
            f"     sources: [{self.source}], summary: {{tracker: shop, project: {summary}}}}}\n"
        )
        path.chmod(0o600)
        self.sandbox.log.served.clear()
        result = CliRunner().invoke(cli, ["check", "-c", str(path)])
        assert {one.kind for one in self.sandbox.log.served} <= {"read"}
        return result


@pytest.fixture(params=["cloud", "datacenter"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    flavour: Flavour = request.param
    sandbox = Sandbox.new(START, TOKENS, flavour)
    with running(sandbox) as base:
        yield Desk(sandbox, base, tmp_path)


def lines(result: Result, start: str) -> list[str]:
    """The lines on stderr that begin so."""
    return [line.removeprefix(start) for line in result.stderr.splitlines() if line.startswith(start)]


def test_account_with_all_permissions_passes_without_a_word_on_stderr(desk: Desk) -> None:
    result = desk.check("full")
    assert (result.exit_code, result.stderr) == (0, "")
    kind = (
        "Jira Cloud with an API token" if desk.sandbox.jira.cloud else "Jira Data Center with a personal access token"
    )
    told = result.stdout.splitlines()
    assert told[1] == f"shop: signed in as Release Bot on {kind}"
    assert told[2] == (
        "shop: SHOP: may read, label tickets, comment, edit our comments, remove our comments that stand twice"
    )
    assert told[3] == "shop: OPS: may read, open the summary, edit the summary"


def test_edits_that_mail_watchers_are_warned_of(desk: Desk) -> None:
    result = desk.check("loud", summary="SHOP")
    (warning,) = lines(result, "Warning: shop: ")
    assert warning == (
        "SHOP: watchers are mailed of our edits: that nobody is told of them (`notifyUsers=false`) takes the permission "
        "Administer projects (ADMINISTER_PROJECTS); give it to Release Bot there, or live with the mails"
    )
    assert result.exit_code == 0


def test_account_that_may_not_link_is_told_what_tickets_do_without(desk: Desk) -> None:
    result = desk.check("unlinking")
    (warning,) = lines(result, "Warning: shop: ")
    assert warning == (
        "SHOP: tickets get no web links to the summary and to the other tickets of their incidents: that takes the permission "
        "Link issues (LINK_ISSUES); give it to Release Bot there, or do without"
    )
    assert result.exit_code == 0


@pytest.mark.parametrize(
    ("token", "lacks"),
    [
        ("reader", [
            "SHOP: cannot label tickets: give Release Bot the permission Edit issues (EDIT_ISSUES) there",
            "SHOP: cannot comment: give Release Bot the permission Add comments (ADD_COMMENTS) there",
            "SHOP: cannot edit our comments: give Release Bot the permission Edit own comments (EDIT_OWN_COMMENTS) there",
            "SHOP: cannot remove our comments that stand twice: give Release Bot the permission Delete own comments (DELETE_OWN_COMMENTS) there",
            "OPS: cannot open the summary: give Release Bot the permission Create issues (CREATE_ISSUES) there",
            "OPS: cannot edit the summary: give Release Bot the permission Edit issues (EDIT_ISSUES) there",
        ]),
        ("elsewhere", [
            "SHOP: cannot comment: give Release Bot the permission Add comments (ADD_COMMENTS) there",
            "SHOP: cannot edit our comments: give Release Bot the permission Edit own comments (EDIT_OWN_COMMENTS) there",
            "SHOP: cannot remove our comments that stand twice: give Release Bot the permission Delete own comments (DELETE_OWN_COMMENTS) there",
            "OPS: there is no such project, or our account may not see it; check its key",
        ]),
    ],
)  # fmt: skip
def test_each_missing_permission_is_said_with_what_it_keeps_us_from(desk: Desk, token: str, lacks: list[str]) -> None:
    result = desk.check(token)
    assert [line for line in lines(result, "Error: shop: ") if line.startswith(("SHOP: ", "OPS: "))] == lacks
    assert result.exit_code == 5


def test_type_whose_edit_screen_has_no_labels_is_told_before_any_tick_meets_it(desk: Desk) -> None:
    desk.sandbox.jira.off_screen["Bug"] = frozenset({"labels"})
    result = desk.check("full")
    assert lines(result, "Error: shop: ") == [
        "SHOP: cannot label tickets of the type Bug: put the field Labels on its edit screen there"
    ]
    assert result.exit_code == 5
    desk.sandbox.jira.read_only.add(row("SHOP-1")["fields"]["status"]["name"])
    assert desk.check("full").exit_code == 0


def test_assigning_takes_a_permission_where_the_policy_assigns(desk: Desk) -> None:
    (desk.folder / "policy.yaml").write_text(POLICY.format(ana="nobody"))
    lack = "SHOP: cannot assign tickets: give Release Bot the permission Assign issues (ASSIGN_ISSUES) there"
    assert lack in lines(desk.check("writer", policy="./policy.yaml"), "Error: shop: ")
    assert lack not in lines(desk.check("writer"), "Error: shop: ")
    assert "assign tickets" in desk.check("full", policy="./policy.yaml").stdout


def test_where_a_query_finds_tickets_is_tried_too(desk: Desk) -> None:
    source = '{{tracker: shop, jql: "{}"}}'
    for query, lacks in (("labels = none", 0), ("project = SHOP", 3)):
        desk.source = source.format(query)
        result = desk.check("elsewhere")
        assert len(lines(result, "Error: shop: SHOP: cannot ")) == lacks
    desk.source = source.format("project in (SHOP, OPS)")
    told = desk.check("full").stdout.splitlines()
    assert [line.split(", ")[0] for line in told if "label tickets" in line] == [
        "shop: OPS: may read",
        "shop: SHOP: may read",
    ]
    assert "Shop: shop: 2 tickets of the release" in told


def test_query_that_jira_does_not_take_is_said_in_its_words(desk: Desk) -> None:
    desk.source = '{tracker: shop, jql: "sprint in openSprints( AND"}'
    result = desk.check("full")
    assert result.exit_code == 1
    assert any("JQL" in line for line in lines(result, "Error: shop: "))


@pytest.mark.parametrize(
    ("readers", "warned"),
    [
        ("role: Developers", "SHOP: Release Bot is not in the role Developers"),
        ("group: jira-developers", "Release Bot is not in the group jira-developers"),
    ],
)
def test_account_that_could_not_read_our_comments_is_warned_of(desk: Desk, readers: str, warned: str) -> None:
    desk.more = f", comments: {{{readers}}}"
    assert desk.check("full").stderr == ""
    told = lines(desk.check("visitor"), "Warning: shop: ")
    if "role" in readers and not desk.sandbox.jira.cloud:
        assert told == []  # Data Center tells only administrators who is in a role
    else:
        assert told == [f"{warned}, for which our comments are: Jira refuses what the account could not read itself"]


@pytest.mark.parametrize(("project", "summary"), [("NOPE", "OPS"), ("SHOP", "NOPE"), ("NOPE", "NOPE")])
def test_project_that_is_not_there_is_told_once(desk: Desk, project: str, summary: str) -> None:
    desk.source = f'{{tracker: shop, project: {project}, version: "5.2"}}'
    result = desk.check("full", summary=summary)
    assert lines(result, "Error: ") == [
        "shop: NOPE: there is no such project, or our account may not see it; check its key"
    ]
    assert result.exit_code == 5


def test_native_priority_that_the_site_does_not_have_is_warned_of(desk: Desk) -> None:
    (desk.folder / "policy.yaml").write_text("extends: standard\nnative_priority: {P1: Urgent, P2: high}\n")
    result = desk.check("full", policy="./policy.yaml")
    (doubt,) = lines(result, "Warning: shop: there is no native priority ")
    assert doubt == "'Urgent' here, only Highest, High, Medium, Low, Lowest; mend `native_priority` in the policy"
    assert result.exit_code == 0


def test_account_of_somebody_in_the_policy_is_a_persons(desk: Desk) -> None:
    account = desk.sandbox.accounts.named("ana-k")
    ana = account.account_id if desk.sandbox.jira.cloud else account.login
    (desk.folder / "policy.yaml").write_text(POLICY.format(ana=ana))
    (doubt,) = lines(desk.check("ana", policy="./policy.yaml"), "Warning: shop: ")
    assert doubt.startswith("Ana K is Ana K of the policy's people, and what others do with it is taken for ours")


def test_person_who_is_nobody_there_is_warned_of(desk: Desk) -> None:
    policy = POLICY.format(ana="long-gone").replace("people:", "people:\n  ben: {name: Ben L, jira: %s}")
    ana = desk.sandbox.jira.person(desk.sandbox.accounts.named("ana-k"))
    desk.sandbox.jira.people["ana-k"] = ana
    (desk.folder / "policy.yaml").write_text(policy % ana["accountId" if desk.sandbox.jira.cloud else "name"])
    what = "account id" if desk.sandbox.jira.cloud else "user name"
    warned = lines(desk.check("full", policy="./policy.yaml"), "Warning: shop: ")
    assert warned == [f"nobody here has the {what} long-gone (Ana K): mend `jira` of that person in the policy"]
    ana["active"] = False
    assert any(
        "(Ben L) is no longer active here" in line
        for line in lines(desk.check("full", policy="./policy.yaml"), "Warning: shop: ")
    )


def test_token_that_is_refused_is_said_once(desk: Desk) -> None:
    result = desk.check("wrong")
    (refused,) = lines(result, "Error: shop: ")
    assert refused.startswith("the token was refused (Client must be authenticated to access this resource.)")
    assert result.exit_code == 5
