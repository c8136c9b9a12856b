"""How labels look: what a policy may say of them, and what is so where it says nothing."""

import pytest
from pydantic import ValidationError
from tests.rules import build

from hypercare_rules.label_style import LabelStyle


@pytest.mark.parametrize(
    ("written", "rgb"), [("red", "b60205"), ("grey", "ededed"), ("c2e0c6", "c2e0c6"), ("ABCDEF", "abcdef")]
)
def test_colour_is_six_hex_digits_or_a_name(written: str, rgb: str) -> None:
    assert LabelStyle(colour=written).rgb == rgb


@pytest.mark.parametrize(
    ("written", "remedy"),
    [
        ("gren", "did you mean green"),
        ("#b60205", "write six hex digits such as b60205, or red, orange, yellow, green, blue, purple or grey"),
        ("b6020", "write six hex digits"),
        ("b60205f", "write six hex digits"),
        ("Red", "did you mean red"),
    ],
)
def test_other_colour_is_refused_with_a_remedy(written: str, remedy: str) -> None:
    with pytest.raises(ValidationError, match=f"not a colour: '{written}'; {remedy}"):
        LabelStyle(colour=written)


@pytest.mark.parametrize("text", ["", "x" * 101])
def test_text_is_what_github_takes(text: str) -> None:
    assert LabelStyle(text="x" * 100).text == "x" * 100
    with pytest.raises(ValidationError, match="text"):
        LabelStyle(text=text)


def test_label_is_found_by_its_name_without_the_prefix() -> None:
    wanted = LabelStyle(text="Act now", colour="red")
    policy = build.policy(label_prefix="care:", labels={"P1": wanted})
    assert policy.label_style("care:P1") == wanted
    assert policy.label_style("care:P2") == LabelStyle()
