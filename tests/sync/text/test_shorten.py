import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sync.text.strategies import documents, unhurried

from hypercare_sync.text import markdown
from hypercare_sync.text.document import (
    Block,
    Bullets,
    Checklist,
    Document,
    Fold,
    Heading,
    Link,
    Note,
    Paragraph,
    Table,
    spans,
)
from hypercare_sync.text.shorten import fit


def length(document: Document) -> int:
    return len(markdown.render(document))


def table(rows: int) -> Table:
    return Table(("Ticket", "Why"), tuple((spans(f"T-{n}"), spans("late")) for n in range(rows)))


def bullets(items: int) -> Bullets:
    return Bullets(tuple(spans(f"item {n}") for n in range(items)))


def test_what_fits_is_left_as_it_is() -> None:
    document = Document((table(3),))
    assert fit(document, length, length(document)) is document


def test_the_longest_table_loses_its_last_rows_and_says_how_many() -> None:
    document = Document((table(5), table(100)))
    short, long = fit(document, length, 1000).blocks
    assert short == table(5)
    assert isinstance(long, Table)
    kept = len(long.rows) - 1
    assert long.rows == (*table(kept).rows, (spans(f"and {100 - kept} more, not shown here"), ()))


def test_as_many_rows_stay_as_fit() -> None:
    document = Document((table(100),))
    limit = 1000
    [fitted] = fit(document, length, limit).blocks
    assert isinstance(fitted, Table)
    kept = len(fitted.rows) - 1
    one_more = Table(fitted.header, (*table(kept + 1).rows, (spans(f"and {99 - kept} more, not shown here"), ())))
    assert length(Document((fitted,))) <= limit < length(Document((one_more,)))


def test_lists_inside_a_fold_are_shortened_too() -> None:
    [fold] = fit(Document((Fold("All", (bullets(50),)),)), length, 200).blocks
    assert isinstance(fold, Fold)
    [items] = fold.blocks
    assert isinstance(items, Bullets)
    assert items.items[-1] == spans(f"and {51 - len(items.items)} more, not shown here")


def test_headings_notes_paragraphs_and_checklists_stay() -> None:
    whole: tuple[Block, ...] = (
        Heading(1, spans("Shop")),
        Note("danger", spans("burning")),
        Paragraph(spans("text")),
        Checklist(tuple((False, spans(f"criterion {n}")) for n in range(9))),
    )
    assert fit(Document((*whole, bullets(500))), length, 600).blocks[:4] == whole


def test_a_document_that_cannot_fit_is_refused_with_its_length() -> None:
    with pytest.raises(ValueError, match=r"^\d+ long with every table and list cut, and the limit is 40$"):
        fit(Document((Paragraph(spans("x" * 50)), table(9))), length, 40)


def test_two_thousand_rows_take_few_measurements() -> None:
    measured = 0

    def size(document: Document) -> int:
        nonlocal measured
        measured += 1
        return length(document)

    fitted = fit(Document((table(2000),)), size, 20_000)
    assert length(fitted) <= 20_000
    assert measured <= 15


@unhurried
@given(documents, st.integers(0, 400))
def test_the_result_fits_or_is_refused(document: Document, limit: int) -> None:
    try:
        fitted = fit(document, length, limit)
    except ValueError:
        return
    assert length(fitted) <= limit
    assert fit(document, length, limit) == fitted


def test_what_is_left_out_is_said_to_be_found_elsewhere() -> None:
    rest = spans(Link("acme/web", "https://github.example/acme/web/issues?q=x"))
    whole = Document((Table(("Ticket", "Why"), table(100).rows, rest), Bullets(bullets(100).items, rest)))
    text = markdown.render(fit(whole, length, 1000))
    found = "more: [acme/web](https://github.example/acme/web/issues?q=x)"
    assert text.count(found) == 2
    assert "https" not in markdown.render(whole), "while nothing is left out"
