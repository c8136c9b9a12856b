"""A review that was posted, as its comment keeps it."""

from hypercare_rules.model import Model, Moment


class HeldReview(Model):
    """A review that was posted: its id and time, up to when it `told`, and its `numbers`, which the next one compares with its own."""

    review: str
    at: Moment
    told: Moment
    numbers: dict[str, int] = {}
