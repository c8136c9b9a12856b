"""What all tests share: the profile by which properties are tried."""

from hypothesis import settings
from tests.effort import examples

settings.register_profile("this run", max_examples=examples(100))
settings.load_profile("this run")
