"""Where pages are published: each release in a folder of its own that stays the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hypercare_sync.publishing import places


@pytest.mark.parametrize(("name", "place"), [("Shop 5.2", "shop-5.2"), ("shop", "shop"), ("24.1", "24.1")])
def test_plain_name_is_the_folder(name: str, place: str) -> None:
    assert places((name,)) == {name: place}


@given(
    st.lists(
        st.text(min_size=1, max_size=12) | st.sampled_from(["..", ".", "a/b", "A b", "a b", "a-b", "Ä"]), unique=True
    )
)
def test_folders_are_apart_and_below_the_one_that_was_named(names: list[str]) -> None:
    found = places(tuple(names))
    assert len(set(found.values())) == len(names)
    for place in found.values():
        assert place
        assert not set(place) - set("abcdefghijklmnopqrstuvwxyz0123456789.-")
        assert not place.startswith(".")
