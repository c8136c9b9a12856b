from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.rules.build import source

from hypercare_rules.health import HealthState, release_health
from hypercare_rules.release import SourceState
from hypercare_rules.ticket import Audience
from hypercare_rules.values import Priority

P1, P2, P3, P4 = Priority
CALM = "no open P1 or P2, nothing breached or at risk"
Burning = tuple[Priority, frozenset[str]]

burning = st.lists(
    st.tuples(st.sampled_from(Priority), st.frozensets(st.sampled_from(["breached", "at-risk", "stale"]))), max_size=6
)


def on_fire(priority: Priority, *conditions: str) -> Burning:
    return priority, frozenset(conditions)


@pytest.mark.parametrize(
    ("tickets", "state", "reasons"),
    [
        pytest.param([], HealthState.green, (CALM,), id="no ticket"),
        pytest.param([on_fire(P3), on_fire(P4, "stale")], HealthState.green, (CALM,), id="nothing urgent"),
        pytest.param([on_fire(P1), on_fire(P1), on_fire(P4)], HealthState.red, ("2 open P1",), id="open P1"),
        pytest.param([on_fire(P1, "breached")], HealthState.red, ("1 open P1",), id="breached P1"),
        pytest.param(
            [on_fire(P2, "breached"), on_fire(P2)], HealthState.red, ("1 P2 breached", "2 open P2"), id="breached P2"
        ),
        pytest.param([on_fire(P2)], HealthState.amber, ("1 open P2",), id="open P2"),
        pytest.param(
            [on_fire(P3, "breached"), on_fire(P4, "breached"), on_fire(P4)],
            HealthState.amber,
            ("2 P3 or P4 breached",),
            id="lower breached",
        ),
        pytest.param([on_fire(P4, "at-risk"), on_fire(P3)], HealthState.amber, ("1 at risk",), id="at risk"),
        pytest.param(
            [on_fire(P3, "at-risk"), on_fire(P4, "breached"), on_fire(P2, "breached"), on_fire(P1)],
            HealthState.red,
            ("1 open P1", "1 P2 breached", "1 open P2", "1 P3 or P4 breached", "1 at risk"),
            id="everything, the gravest first",
        ),
    ],
)
def test_health_says_what_burns(tickets: list[Burning], state: HealthState, reasons: tuple[str, ...]) -> None:
    health = release_health(tickets, ())
    assert (health.state, health.figures) == (state, reasons)


def state_of(label: str, problem: str | None, audience: Audience = Audience.public) -> SourceState:
    return source(label=label, problem=problem, audience=audience).state


def test_a_source_that_could_not_be_read_makes_amber_at_least() -> None:
    sources = (state_of("SHOP", None), state_of("acme/web", "HTTP 502"))
    calm, burns = release_health([], sources), release_health([on_fire(P1)], sources)
    assert (calm.state, calm.reasons(Audience.public)) == (HealthState.amber, ("acme/web is not up to date",))
    assert burns.state is HealthState.red
    assert burns.reasons(Audience.public) == ("1 open P1", "acme/web is not up to date")


def test_a_source_that_readers_may_not_hear_of_is_counted_and_not_named() -> None:
    inside = [state_of(name, "HTTP 502", Audience.internal) for name in ("acme/secret", "acme/hidden")]
    one, both = (release_health([], (state_of("acme/web", "502"), *some)) for some in (inside[:1], inside))
    assert one.reasons(Audience.public) == (
        "acme/web is not up to date",
        "1 source that is not named here is not up to date",
    )
    assert both.reasons(Audience.public)[1:] == ("2 sources that are not named here are not up to date",)
    assert one.reasons(Audience.internal) == ("acme/web is not up to date", "acme/secret is not up to date")


@given(burning, burning)
def test_more_tickets_never_make_a_release_healthier(some: list[Burning], more: list[Burning]) -> None:
    order = [HealthState.green, HealthState.amber, HealthState.red]
    assert order.index(release_health(some, ()).state) <= order.index(release_health(some + more, ()).state)


@given(burning, st.randoms(use_true_random=False))
def test_the_order_of_tickets_does_not_matter(tickets: list[Burning], random: Random) -> None:
    assert release_health(tickets, ()) == release_health(random.sample(tickets, len(tickets)), ())
