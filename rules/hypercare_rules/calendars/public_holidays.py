"""The public holidays of a country or of a part of it, as the `holidays` library knows them."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from pydantic import Field, ValidationInfo, field_validator

from hypercare_rules.calendars.written import nearest
from hypercare_rules.model import Model


class Holidays(Model):
    """Whose public holidays close a calendar: an ISO 3166 country, and its part `subdiv` where holidays differ by region.

    Where a country gives another day off for a holiday that falls on a weekend, that day is one too.
    """

    country: str = Field(description="The country's ISO 3166 code.", examples=["DE"])
    subdiv: str | None = Field(default=None, description="The code of its part.", examples=["BY"])

    @field_validator("country")
    @classmethod
    def _known_country(cls, country: str) -> str:
        # The public list of countries also loads every one of them, to tell their parts.
        from holidays.registry import EntityLoader

        known = set(EntityLoader.get_country_codes(include_aliases=True))
        if country not in known:
            remedy = nearest(country, sorted(known), otherwise="write its ISO 3166 code, such as DE")
            raise ValueError(f"not a country whose holidays are known: {country!r}; {remedy}")
        return country

    @field_validator("subdiv")
    @classmethod
    def _known_subdivision(cls, subdiv: str | None, info: ValidationInfo) -> str | None:
        country = info.data.get("country")
        if subdiv is None or country is None:
            return subdiv
        codes, names = _subdivisions(country)
        if subdiv not in {*codes, *names}:
            otherwise = f"write {', '.join(codes)}" if codes else "take subdiv out"
            remedy = nearest(subdiv, (*codes, *names), otherwise=otherwise)
            raise ValueError(f"not a part of {country} whose holidays are known: {subdiv!r}; {remedy}")
        return subdiv

    def include(self, day: date) -> bool:
        """Whether `day` is one of them."""
        return day in _in_year(self.country, self.subdiv, day.year)


def _subdivisions(country: str) -> tuple[Iterable[str], Iterable[str]]:
    """The codes and the names of the parts of a country."""
    import holidays

    known = holidays.country_holidays(country)
    return known.subdivisions, known.subdivisions_aliases


@lru_cache(maxsize=1024)
def _in_year(country: str, subdiv: str | None, year: int) -> frozenset[date]:
    # Importing the library takes longer than a small tick's arithmetic: only calendars with holidays pay for it.
    import holidays

    return frozenset(holidays.country_holidays(country, subdiv=subdiv, years=year))
