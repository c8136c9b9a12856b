"""The limits of the embedded GitHub, where it is told to keep them; each test has a sandbox of its own, since they count."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from tests.sync.sandbox.conftest import START, Api

from hypercare_sync.sandbox.clock import Clock
from hypercare_sync.sandbox.github.limits import CREATIONS, LIMIT, MOST_POINTS, Limits
from hypercare_sync.sandbox.server import running
from hypercare_sync.sandbox.world import Sandbox


@pytest.fixture
def strict() -> Iterator[Api]:
    sandbox = Sandbox.new(START)
    sandbox.github_limits = True
    sandbox.github.repository_for("acme/web")
    with running(sandbox) as base, (api := Api(sandbox, base, "acme/web")).session:
        yield api


def test_81st_creation_within_a_minute_is_refused_and_works_after_the_wait(strict: Api) -> None:
    statuses = [strict("POST", "/issues", {"title": "x"}).status_code for _ in range(CREATIONS[60])]
    assert set(statuses) == {201}
    refused = strict("POST", "/issues", {"title": "x"})
    assert (refused.status_code, "secondary rate limit" in refused.json()["message"]) == (403, True)
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    assert int(refused.headers["X-RateLimit-Remaining"]) > 0
    assert strict("POST", "/issues/1/labels", ["bug"]).status_code == 200
    strict.sandbox.clock.advance(timedelta(seconds=int(refused.headers["Retry-After"])))
    assert strict("POST", "/issues", {"title": "x"}).status_code == 201


def test_hour_of_creations_is_full_however_slowly_they_come(strict: Api) -> None:
    mutation = 'mutation($id: ID!) { addComment(input: {subjectId: $id, body: "x"}) { clientMutationId } }'
    number = strict.open()
    node = strict.issue(number)["node_id"]
    for _ in range(CREATIONS[3600] - 1):
        strict.sandbox.clock.advance(timedelta(seconds=2))
        assert "errors" not in strict.graphql(mutation, id=node)
    body = {"query": mutation, "variables": {"id": node}}
    refused = strict.session.post(f"{strict.base}/api/graphql", json=body, timeout=5)
    assert (refused.status_code, 2500 < int(refused.headers["Retry-After"]) <= 3600) == (403, True)


def test_each_creation_of_one_mutation_counts(strict: Api) -> None:
    node = strict.issue(strict.open())["node_id"]
    fields = " ".join(
        f'c{n}: addComment(input: {{subjectId: "{node}", body: "x"}}) {{ clientMutationId }}' for n in range(79)
    )
    assert "errors" not in strict.graphql(f"mutation {{ {fields} }}")
    assert strict("POST", "/issues", {"title": "x"}).status_code == 403


def test_points_of_a_minute_run_out_sooner_by_writing(strict: Api) -> None:
    strict.open()
    writes = 0
    while strict("PUT", "/issues/1/labels", ["bug"]).ok:
        writes += 1
    assert writes == MOST_POINTS["core"] // 5 - 1
    assert "errors" not in strict.graphql("{ viewer { login } }")


@pytest.mark.parametrize(("resource", "status"), [("core", 403), ("graphql", 200)])
def test_quota_of_the_hour_ends_and_starts_anew(resource: str, status: int) -> None:
    clock = Clock(START)
    limits = Limits(clock, enforced=True)
    limits.spend("ana", resource, LIMIT - 1)
    assert limits.slow("ana", resource, write=False, creates=0) is None
    limits.spend("ana", resource)
    slowed = limits.slow("ana", resource, write=False, creates=0)
    assert slowed is not None
    reset = int((START + timedelta(hours=1)).timestamp())
    assert (slowed.status, slowed.headers["X-RateLimit-Remaining"]) == (status, "0")
    assert slowed.headers["X-RateLimit-Reset"] == str(reset)
    assert limits.slow("bo", resource, write=False, creates=0) is None
    clock.advance(timedelta(hours=1))
    assert limits.slow("ana", resource, write=False, creates=0) is None


def test_limits_that_are_not_enforced_refuse_nobody() -> None:
    limits = Limits(Clock(START))
    limits.spend("ana", "core", LIMIT)
    assert limits.slow("ana", "core", write=True, creates=1000) is None
    assert limits.rate("ana", "core").remaining == LIMIT


def test_other_accounts_have_limits_of_their_own(strict: Api) -> None:
    for _ in range(CREATIONS[60]):
        strict("POST", "/issues", {"title": "x"})
    assert Api(strict.sandbox, strict.base, "acme/web", "person")("POST", "/issues", {"title": "x"}).status_code == 201
