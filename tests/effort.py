"""How many examples properties are tried on: all by default, a quarter for the quick run before each commit (`make check`)."""

import os

QUICK = os.environ.get("HYPERCARE_TESTS") == "quick"


def examples(number: int) -> int:
    """As many examples as this run tries where a whole one tries `number`."""
    return max(5, number // 4) if QUICK else number
