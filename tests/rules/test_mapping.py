from typing import Any

import pytest
from pydantic import ValidationError
from tests.rules.build import CUSTOMER, policy, ticket

from hypercare_rules.mapping import DeclaredField, Mapping
from hypercare_rules.ticket import Person
from hypercare_rules.values import Kind, Level

IMPACT = Mapping[Level](
    labels={"Outage": Level.high, "typo": Level.low},
    native_priorities={"Blocker": Level.high, "Minor": Level.low},
    components={"Checkout": Level.high, "Help": Level.low},
    issue_types={"Incident": Level.high, "Story": Level.low},
    kinds={Kind.operation: Level.high, Kind.usage_question: Level.low},
    default=Level.medium,
)


def found(kind: Kind | None = None, **given: Any) -> tuple[Level, str]:
    impact = IMPACT.find(ticket(**given), kind)
    return impact.value, impact.source


@pytest.mark.parametrize(
    ("given", "kind", "answer"),
    [
        pytest.param({"labels": {"typo"}}, None, (Level.low, "label typo"), id="label"),
        pytest.param({"native_priority": "Minor"}, None, (Level.low, "native priority minor"), id="native priority"),
        pytest.param({"components": ("Help",)}, None, (Level.low, "component help"), id="component"),
        pytest.param({"issue_type": "Story"}, None, (Level.low, "issue type story"), id="issue type"),
        pytest.param({}, Kind.usage_question, (Level.low, "kind usage_question"), id="kind"),
        pytest.param({}, None, (Level.medium, "default"), id="nothing said"),
        pytest.param(
            {"labels": {"web"}, "components": ("Search",)}, Kind.defect, (Level.medium, "default"), id="unknown"
        ),
    ],
)
def test_a_value_names_its_source(given: dict[str, Any], kind: Kind | None, answer: tuple[Level, str]) -> None:
    assert found(kind, **given) == answer


def test_what_people_said_of_the_ticket_goes_before_what_it_is() -> None:
    said: dict[str, Any] = {
        "labels": {"typo"},
        "native_priority": "Blocker",
        "components": ("Help",),
        "issue_type": "Incident",
    }
    sources = [found(Kind.usage_question, **said)]
    for name in list(said):
        del said[name]
        sources.append(found(Kind.usage_question, **said))
    assert sources == [
        (Level.low, "label typo"),
        (Level.high, "native priority blocker"),
        (Level.low, "component help"),
        (Level.high, "issue type incident"),
        (Level.low, "kind usage_question"),
    ]


def test_of_several_entries_the_first_in_the_policy_decides() -> None:
    assert found(labels={"typo", "outage"}) == (Level.high, "label outage")
    assert found(components=("Help", "Checkout")) == (Level.high, "component checkout")


@pytest.mark.parametrize("label", ["OUTAGE", "outage", "Outage"])
def test_names_are_compared_without_case(label: str) -> None:
    assert found(labels={label}) == (Level.high, "label outage")


def test_a_value_may_be_nothing() -> None:
    assert policy().severity.find(ticket()).value is None


@pytest.mark.parametrize("written", [{}, {"default": None}], ids=["left out", "null"])
def test_where_nothing_is_no_value_a_default_is_needed(written: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="default\n  Field required"):
        Mapping[Level].model_validate(written)
    assert Mapping[Level | None].model_validate(written).find(ticket()).value is None


BY_FIELD = Mapping[Level](
    labels={"Outage": Level.high},
    fields={"Customer Tier": {"Enterprise": Level.high, "free": Level.low}, "How many?": {"All of us": Level.high}},
    native_priorities={"Minor": Level.low},
    default=Level.medium,
)


@pytest.mark.parametrize(
    ("fields", "answer"),
    [
        pytest.param(
            {"Customer Tier": ("Enterprise",)}, (Level.high, "field customer tier: enterprise"), id="a Jira field"
        ),
        pytest.param({"customer tier": ("FREE",)}, (Level.low, "field customer tier: free"), id="in any case"),
        pytest.param(
            {"How many?": ("All of us",)}, (Level.high, "field how many?: all of us"), id="a question of a form"
        ),
        pytest.param(
            {"Customer Tier": ("web", "free")}, (Level.low, "field customer tier: free"), id="one of several values"
        ),
        pytest.param({"Customer Tier": ("Silver",)}, (Level.medium, "default"), id="an unknown value"),
        pytest.param({"Customer Tier": ()}, (Level.medium, "default"), id="no value"),
        pytest.param({"Tier": ("Enterprise",)}, (Level.medium, "default"), id="another field"),
        pytest.param(
            {"How many?": ("All of us",), "Customer Tier": ("free",)},
            (Level.low, "field customer tier: free"),
            id="the first field of the policy decides",
        ),
        pytest.param(
            {"Customer Tier": ("free", "Enterprise")},
            (Level.high, "field customer tier: enterprise"),
            id="the first value of the policy decides",
        ),
    ],
)
def test_a_value_follows_from_native_fields_and_forms(
    fields: dict[str, tuple[str, ...]], answer: tuple[Level, str]
) -> None:
    impact = BY_FIELD.find(ticket(fields=fields))
    assert (impact.value, impact.source) == answer


def test_fields_come_after_labels_and_before_the_native_priority() -> None:
    both: dict[str, Any] = {"fields": {"Customer Tier": ("free",)}, "native_priority": "Minor"}
    assert BY_FIELD.find(ticket(labels={"outage"}, **both)).source == "label outage"
    assert BY_FIELD.find(ticket(**both)).source == "field customer tier: free"


BY_CUSTOMER = Mapping[Level](
    fields={"Customer Tier": {"free": Level.low}},
    organisations={"Acme GmbH": Level.high, "Initech": Level.low},
    domains={"acme.example": Level.high, "example": Level.low},
    native_priorities={"Minor": Level.low},
    default=Level.medium,
)


def of(domain: str | None) -> Person:
    return CUSTOMER.model_copy(update={"domain": domain})


@pytest.mark.parametrize(
    ("given", "source"),
    [
        pytest.param({"organisations": ("Initech", "ACME GmbH")}, "organisation acme gmbh", id="first in the policy"),
        pytest.param({"reporter": of("acme.example")}, "domain acme.example", id="domain"),
        pytest.param({"reporter": of("emea.ACME.example")}, "domain acme.example", id="below a domain"),
        pytest.param({"reporter": of("notacme.example")}, "default", id="another that ends alike"),
        pytest.param({"reporter": of("example")}, "default", id="no domain but a top level"),
        pytest.param({"reporter": of(None)}, "default", id="not told"),
        pytest.param({"reporter": None}, "default", id="reported by nobody"),
        pytest.param(
            {"organisations": ("initech",), "reporter": of("acme.example"), "native_priority": "Minor"},
            "organisation initech",
            id="organisation before domain",
        ),
        pytest.param(
            {"organisations": ("initech",), "fields": {"Customer Tier": ("free",)}},
            "field customer tier: free",
            id="field before organisation",
        ),
        pytest.param(
            {"reporter": of("acme.example"), "native_priority": "Minor"}, "domain acme.example", id="before priority"
        ),
    ],
)
def test_a_value_follows_from_who_the_customer_is(given: dict[str, Any], source: str) -> None:
    assert BY_CUSTOMER.find(ticket(**given)).source == source


def read(written: dict[str, Any], **given: Any) -> tuple[Any, str]:
    value = DeclaredField.model_validate(written).read(ticket(**given))
    return value.value, value.source


TIER = {"field": "Customer Tier", "values": {"E": "enterprise"}, "labels": {"VIP": "enterprise"}, "default": "free"}


@pytest.mark.parametrize(
    ("given", "answer"),
    [
        pytest.param({"fields": {"Customer Tier": ("gold",)}}, ("gold", "field Customer Tier"), id="as it stands"),
        pytest.param({"fields": {"customer tier": ("gold",)}}, ("gold", "field customer tier"), id="name in any case"),
        pytest.param({"fields": {"Customer Tier": ("e",)}}, ("enterprise", "field Customer Tier"), id="renamed"),
        pytest.param({"fields": {"Customer Tier": ("e", "gold")}}, ("enterprise", "field Customer Tier"), id="first"),
        pytest.param({"labels": {"vip"}}, ("enterprise", "label VIP"), id="a label"),
        pytest.param(
            {"labels": {"vip"}, "fields": {"Customer Tier": ("gold",)}}, ("enterprise", "label VIP"), id="label first"
        ),
        pytest.param({}, ("free", "default"), id="nothing said"),
        pytest.param({"fields": {"Customer Tier": ()}}, ("free", "default"), id="an empty field"),
        pytest.param({"fields": {"Tier": ("gold",)}}, ("free", "default"), id="another field"),
    ],
)
def test_a_policy_declares_a_field_of_its_own(given: dict[str, Any], answer: tuple[str, str]) -> None:
    assert read(TIER, **given) == answer


@pytest.mark.parametrize(
    ("text", "number"), [("30", 30.0), ("2.5", 2.5), (" 7 ", 7.0), ("-1", -1.0), ("many", None), ("1,000", None)]
)
def test_a_number_that_cannot_be_read_is_missing(text: str, number: float | None) -> None:
    assert read({"type": "number", "field": "Seats"}, fields={"Seats": (text,)}) == (number, "field Seats")


def test_a_number_may_have_a_default() -> None:
    assert read({"type": "number", "field": "Seats", "default": 5}) == (5.0, "default")
    assert read({"type": "number", "field": "Seats"}) == (None, "default")


def test_a_declared_field_follows_from_the_customer() -> None:
    tier = {**TIER, "organisations": {"Acme GmbH": "enterprise"}, "domains": {"initech.example": "pro"}}
    assert read(tier, organisations=("acme gmbh",)) == ("enterprise", "organisation Acme GmbH")
    assert read(tier, reporter=of("initech.example")) == ("pro", "domain initech.example")
    assert read(tier, organisations=("acme gmbh",), fields={"Customer Tier": ("gold",)})[0] == "gold"
    assert read(tier, organisations=("Umbrella",), reporter=of("umbrella.example")) == ("free", "default")


def test_a_ticket_for_several_organisations_is_one_of_each() -> None:
    customers = {"type": "names", "organisations": {"Acme GmbH": "Acme", "Acme Ltd": "Acme", "Initech": "Initech"}}
    assert read(customers, organisations=("Initech", "Acme Ltd", "Umbrella")) == (
        frozenset({"Acme", "Initech"}),
        "organisation Acme Ltd, Initech",
    )


def test_names_are_all_that_a_field_has() -> None:
    customers = {"type": "names", "field": "Customers", "values": {"ACME Ltd": "acme"}}
    assert read(customers, fields={"Customers": ("Acme ltd", "Initech")}) == (
        frozenset({"acme", "Initech"}),
        "field Customers",
    )
    assert read(customers) == (frozenset(), "default")
    assert read({**customers, "default": "unknown"}) == (frozenset({"unknown"}), "default")
