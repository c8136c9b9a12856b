"""The answers of issue forms: what GitHub makes of each kind of question, and texts that only look like a form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.rules import build
from tests.rules.test_explanation import story
from tests.sync.trackers.rows import github_issue, github_ticket

from hypercare_rules.mapping import Mapping
from hypercare_rules.values import Level
from hypercare_sync.explained_json import explained_json
from hypercare_sync.trackers.github.forms import answers

BOXES = "- [X] I looked for others\n- [ ] I can help\n- [x] It is urgent"


def test_each_question_has_its_answer() -> None:
    body = "### Impact\n\nHigh\n\n### Steps\n\n1. Open the cart\n2. Pay\n\nThen it fails."
    assert answers(body) == {"Impact": ("High",), "Steps": ("1. Open the cart\n2. Pay\n\nThen it fails.",)}


@pytest.mark.parametrize(
    ("answer", "texts"),
    [
        pytest.param("High", ("High",), id="one choice"),
        pytest.param("Web, Android", ("Web, Android", "Web", "Android"), id="several choices"),
        pytest.param(BOXES, ("I looked for others", "It is urgent"), id="boxes"),
        pytest.param("- [X] ticked\nand a word", ("- [X] ticked\nand a word",), id="a list within a text"),
        pytest.param("```shell\n### Impact\n\nLow\n```", ("```shell\n### Impact\n\nLow\n```",), id="code"),
        pytest.param("#### Details\n\nMany.", ("#### Details\n\nMany.",), id="a deeper heading"),
        pytest.param("One\n### Two\nThree", ("One\n### Two\nThree",), id="a heading within a paragraph"),
        pytest.param("```\nnever closed", ("```\nnever closed",), id="code without an end"),
        pytest.param(", ".join(["word"] * 400), (", ".join(["word"] * 400),), id="prose"),
    ],
)
def test_answer_is_told_by_its_kind(answer: str, texts: tuple[str, ...]) -> None:
    body = f"### Before\n\nA\n\n### Question\n\n{answer}\n\n### After\n\nZ"
    assert answers(body) == {"Before": ("A",), "Question": texts, "After": ("Z",)}


@pytest.mark.parametrize("empty", ["_No response_", "", "- [ ] I can help\n- [ ] It is urgent"])
def test_question_that_was_left_empty_has_no_answer(empty: str) -> None:
    assert answers(f"### Impact\n\n{empty}\n\n### Area\n\nWeb") == {"Area": ("Web",)}


def test_question_asked_twice_has_its_first_answer() -> None:
    assert answers("### Impact\n\nLow\n\n### Impact\n\nHigh") == {"Impact": ("Low",)}


@pytest.mark.parametrize(
    "body", ["", "\n", "It fails.", "It fails.\n\n### Impact\n\nHigh", "###", "### ", "#### Impact\n\nHigh"]
)
def test_text_that_is_no_form_has_no_answers(body: str) -> None:
    assert answers(body) == {}


def test_lines_may_end_as_browsers_send_them() -> None:
    assert answers("### Impact\r\n\r\nHigh\r\n\r\n### Area\r\n\r\nWeb\r\n") == {"Impact": ("High",), "Area": ("Web",)}


_WORDS = st.text("abc XYZ,.-_*`[]()!", min_size=1).map(str.strip).filter(lambda text: text and text.strip(" #"))
_QUESTIONS = st.text("abcXYZ ?", min_size=1).map(str.strip).filter(bool)


@given(st.dictionaries(_QUESTIONS, st.lists(st.text("abcXYZ", min_size=1), min_size=1, max_size=3, unique=True)))
def test_what_was_chosen_comes_back(chosen: dict[str, list[str]]) -> None:
    body = "\n\n".join(f"### {question}\n\n{', '.join(choices)}" for question, choices in chosen.items())
    found = answers(body)
    assert list(found) == list(chosen)
    assert all({*choices} <= {*found[question]} for question, choices in chosen.items())


@given(st.dictionaries(_QUESTIONS, st.dictionaries(_WORDS, st.booleans(), min_size=1), min_size=1))
def test_boxes_that_were_ticked_come_back(asked: dict[str, dict[str, bool]]) -> None:
    boxes = {
        question: "\n".join(f"- [{'X' if ticked else ' '}] {text}" for text, ticked in choices.items())
        for question, choices in asked.items()
    }
    found = answers("\n\n".join(f"### {question}\n\n{lines}" for question, lines in boxes.items()))
    ticked = {question: tuple(text for text, on in choices.items() if on) for question, choices in asked.items()}
    assert found == {question: texts for question, texts in ticked.items() if texts}


@given(st.text("#`~-[]xX \n\r,ab_", max_size=200))
def test_any_text_gives_answers_that_stand_in_it(body: str) -> None:
    shown = body.replace("\r\n", "\n")
    for question, texts in answers(body).items():
        assert question in shown
        assert texts
        assert all(text and text in shown for text in texts)


def test_answers_are_fields_of_the_ticket() -> None:
    ticket = github_ticket(github_issue(body="### Impact\n\nHigh\n\n### Area\n\nWeb, Android"))
    assert ticket.fields == {"Impact": ("High",), "Area": ("Web, Android", "Web", "Android")}


def test_impact_follows_from_an_answer_and_explain_says_so() -> None:
    form = github_ticket(github_issue(state="OPEN", body="### Impact\n\nAll users\n\n### Area\n\nWeb"))
    mapped = Mapping[Level](fields={"Impact": {"All users": Level.high, "One user": Level.low}}, default=Level.medium)
    (told,) = explained_json([story(form, by=build.policy(impact=mapped), now="3h")])["releases"]
    assert told["values"]["impact"] == {"value": "high", "source": "field impact: all users"}
