"""Templates: which parts a line is made of, and what is refused when the policy is read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from hypercare_rules.templates import (
    OF_ESCALATION,
    OF_STATUS,
    EscalationTemplate,
    Linked,
    Part,
    Slot,
    StatusTemplate,
    Words,
    parse,
)

KNOWN = ("title", "release")
WIKI = "https://wiki.shop.example/a?b=c#d"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("House rules", (Words("House rules"),)),
        ("{title}: {release}.", (Slot("title"), Words(": "), Slot("release"), Words("."))),
        ("**Now:** {title}", (Words("Now:", strong=True), Words(" "), Slot("title"))),
        ("**{title} of** x", (Slot("title", strong=True), Words(" of", strong=True), Words(" x"))),
        ("a {{b}} c", (Words("a "), Words("{"), Words("b"), Words("}"), Words(" c"))),
        ("{{{title}}}", (Words("{"), Slot("title"), Words("}"))),
        (f"[runbook]({WIKI}) first", (Linked((Words("runbook"),), WIKI), Words(" first"))),
        (f"[of {{release}}]({WIKI})", (Linked((Words("of "), Slot("release")), WIKI),)),
        ("2 * 3 [x] (y)", (Words("2 * 3 [x] (y)"),)),
    ],
)
def test_line_becomes_words_placeholders_and_links(text: str, parts: tuple[Part, ...]) -> None:
    template = parse(text, KNOWN)
    assert (str(template), template.parts) == (text, parts)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{titel}", "unknown placeholder: '{titel}'; did you mean title?"),
        ("{nonsense}", "unknown placeholder: '{nonsense}'; write one of {title}, {release}"),
        ("{}", "unknown placeholder: '{}'; write one of {title}, {release}"),
        ("{title", "a single {; write {{ for a brace, or {title} for a placeholder"),
        ("title}", "a single }; write }} for a brace, or {title} for a placeholder"),
        ("**title", "** without a second one; write ** before and after the words that stand out"),
        (" ", "no text; write a line such as 'Hypercare {release}: {priority}', or leave it out"),
        ("x" * 1001, "longer than 1000 characters; write it shorter, with a link to the rest"),
        ("[a](javascript:b)", "not the address of a web page: 'javascript:b'"),
        ("[a](https://ana@shop.example)", "not the address of a web page: 'https://ana@shop.example'"),
        ("[a](https://x.example/{title})", "not the address of a web page: 'https://x.example/{title}'"),
        ("[{titel}](https://x.example)", "unknown placeholder: '{titel}'; did you mean title?"),
        ("[](https://x.example)", "a link needs plain words"),
        ("[**a**](https://x.example)", "a link needs plain words"),
    ],
)
def test_what_is_no_template_is_refused_with_a_remedy(text: str, said: str) -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011 -- the text is what is looked at
        parse(text, KNOWN)
    assert str(refused.value).startswith(said)


@given(st.text(alphabet="ab{}*[]() :/.th", max_size=40))
def test_any_text_is_taken_or_refused(text: str) -> None:
    try:
        template = parse(text, KNOWN)
    except ValueError:
        return
    assert template.text == text


@pytest.mark.parametrize("name", OF_STATUS)
def test_status_comment_knows_its_placeholders(name: str) -> None:
    assert StatusTemplate.model_validate({"closing": f"{{{name}}}"}).closing is not None


@pytest.mark.parametrize("name", OF_ESCALATION)
def test_escalation_comment_knows_its_placeholders(name: str) -> None:
    assert EscalationTemplate.model_validate({"closing": f"{{{name}}}"}).closing is not None


def test_placeholder_of_the_other_comment_is_unknown() -> None:
    with pytest.raises(ValidationError, match=r"unknown placeholder: '{next_step}'; write one of {release}"):
        EscalationTemplate.model_validate({"introduction": "{next_step}"})
    with pytest.raises(ValidationError, match=r"unknown placeholder: '{why}'; write one of {release}"):
        StatusTemplate.model_validate({"introduction": "{why}"})
