"""Runs tests against a broken module: `python -m tests.mutation.trial MODULE TEST_FILE ...`, its source on standard input.

Exits 0 where all tests pass all the same: then nothing noticed the break.
"""

import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

import pytest


class _Broken(MetaPathFinder, Loader):
    """Finds one module, with another source."""

    def __init__(self, module: str, source: str) -> None:
        self._module = module
        self._source = source

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        return ModuleSpec(fullname, self) if fullname == self._module else None

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self._source, self._module, "exec"), module.__dict__)


if __name__ == "__main__":
    name, *files = sys.argv[1:]
    sys.meta_path.insert(0, _Broken(name, sys.stdin.read()))
    sys.exit(
        pytest.main(["-x", "-q", "--no-header", "--tb=no", "-p", "no:cacheprovider", "--hypothesis-seed=0", *files])
    )
