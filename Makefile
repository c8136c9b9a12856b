# Nothing but Python 3.11+ and make is needed: every target sets up `.venv` first, once for each lock.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
# Without cached bytecode every worker of pytest rewrites and compiles all tests anew, and every process started compiles us anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo serve check quick test lint mutation bench docs screenshots cassettes lock clean

help: ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-11s %s\n", $$1, $$2}'

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=python3.12 ..." >&2; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Setting up .venv (once for each requirements.lock) ..." >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: $(READY) ## a release's first week on the embedded trackers, in under a minute
	@$(BIN)/hypercare-sync demo

serve: $(READY) ## the same, and the trackers stay up to look at
	@$(BIN)/hypercare-sync demo --serve

lint: $(READY) ## formatting, style, types, structure
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check: $(READY) ## lint and the fast layers side by side, for every commit
	@$(MAKE) --no-print-directory --jobs --output-sync lint quick

quick: $(READY)
	HYPERCARE_TESTS=quick $(BIN)/pytest -q -m "not slow and not exhaustive" -n 2

test: lint ## everything, with branch coverage
	rm -f .coverage .coverage.*
	$(BIN)/coverage run -m pytest -n 2 -m "not exhaustive"
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

mutation: $(READY) ## whether each small break of an operator, a clock or an escalation makes a test fail
	$(BIN)/pytest -q tests/mutation

bench: $(READY) ## the rules and the reading of both trackers against other ways, in one run
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement benchmarks/requirements.lock
	$(BIN)/python benchmarks/conditions.py
	$(BIN)/python benchmarks/assess.py
	$(BIN)/python benchmarks/github_cold.py
	$(BIN)/python benchmarks/jira_cold.py

docs: $(READY) ## write docs/policy.md anew from the policy's models
	$(BIN)/python -m docs.generate

screenshots: $(READY) ## take the README's pictures anew, in Chromium
	@$(BIN)/python -m tests.e2e.browser.screenshots

cassettes: $(READY) ## record the trackers' answers anew, against the sandbox
	$(BIN)/python -m tests.sync.record

lock: $(READY) ## pin every dependency anew, with hashes and without any index address
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-emit-index-url --no-header \
	  --all-extras --group dev --output-file requirements.lock pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-emit-index-url --no-header \
	  --group pyproject.toml:bench --constraint requirements.lock --output-file benchmarks/requirements.lock

clean: ## remove what was made
	rm -rf .venv .demo dist .coverage* htmlcov .hypothesis .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
