"""Whoever breaks an operator, a clock or an escalation is told: each small break makes a test fail."""

import os
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.mutation.mutants import Mutant, mutants

ROOT = Path(__file__).parents[2]
RULES = "tests/rules"
HELD_BY = {
    "conditions/closures": ("conditions/test_operators.py", "conditions/test_compiling.py", "conditions/test_schema.py", "test_ticket_conditions.py"),
    "conditions/field_types": ("conditions/test_operators.py", "conditions/test_schema.py", "conditions/test_explaining.py", "conditions/test_analysis.py", "test_ticket_conditions.py"),
    "conditions/tree": ("conditions/test_compiling.py", "conditions/test_schema.py", "conditions/test_explaining.py", "conditions/test_analysis.py"),
    "conditions/compiling": ("conditions/test_compiling.py", "conditions/test_operators.py", "test_ticket_conditions.py"),
    "clocks": ("test_clocks.py", "test_working_clocks.py", "test_pauses.py", "test_clock_properties.py"),
    "streaks": ("test_streaks.py", "test_escalations.py", "test_told.py"),
    "escalations": ("test_escalations.py", "test_escalated.py", "test_paged.py", "test_beginnings.py", "test_quiet.py"),
    "pages": ("test_escalations.py", "test_paged.py"),
    "beginnings": ("test_beginnings.py",),
    "quiet": ("test_quiet.py", "test_told.py"),
}  # fmt: skip
EQUIVALENT = {
    "beginnings": {"by_our_labels: priority < present -> priority <= present": "the present one is among `priorities`"},
    "escalations": {
        "_passed_since: _passed(calendar, earliest, now) <= length -> _passed(calendar, earliest, now) < length": "where they are the same, so is the answer",
    },
    "streaks": {"held_since: point <= now -> point < now": "at `now` it was looked already"},
}
"""Breaks that change nothing anybody could see, with the reason."""


def survives(module: str, mutant: Mutant) -> bool:
    """Whether all tests of a module pass although it is broken. What never ends was noticed, too."""
    name = f"hypercare_rules.{module.replace('/', '.')}"
    command = [sys.executable, "-m", "tests.mutation.trial", name, *(f"{RULES}/{file}" for file in HELD_BY[module])]
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("COV", "PYTEST_"))}
    try:
        trial = subprocess.run(
            command, cwd=ROOT, env=environment, input=mutant.source, text=True, capture_output=True, timeout=60, check=False
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return False
    assert trial.returncode in (0, 1, 2), trial.stdout + trial.stderr  # 2: the module could not even be imported
    return trial.returncode == 0


def survivors(module: str, broken: Sequence[Mutant]) -> dict[str, int]:
    """The breaks that no test notices, with their lines."""
    with ThreadPoolExecutor(os.cpu_count()) as several:
        alive = several.map(lambda mutant: survives(module, mutant), broken)
        return {mutant.name: mutant.line for mutant, lives in zip(broken, alive, strict=True) if lives}


def all_of(module: str) -> list[Mutant]:
    """Every break of a module of the rules."""
    return list(mutants((ROOT / f"rules/hypercare_rules/{module}.py").read_text()))


@pytest.mark.slow
@pytest.mark.exhaustive
@pytest.mark.parametrize("module", HELD_BY)
def test_each_break_is_noticed(module: str) -> None:
    """But for those that are known to change nothing; one that is listed must still be there and still unnoticed."""
    alive, known = survivors(module, all_of(module)), EQUIVALENT.get(module, {})
    assert [f"{module}.py:{line}: {name}" for name, line in alive.items() if name not in known] == []
    assert known.keys() <= alive.keys()


@pytest.mark.slow
@pytest.mark.parametrize("module", HELD_BY)
def test_a_sample_of_breaks_is_noticed(module: str) -> None:
    """Every sixth one, for runs that have less time."""
    alive = survivors(module, all_of(module)[::6])
    assert alive.keys() <= EQUIVALENT.get(module, {}).keys()


@pytest.mark.slow
@pytest.mark.parametrize("module", HELD_BY)
def test_an_unbroken_module_passes_its_trial(module: str) -> None:
    """Else every break would seem to be noticed."""
    source = (ROOT / f"rules/hypercare_rules/{module}.py").read_text()
    assert survives(module, Mutant("", 0, "", "", source))
