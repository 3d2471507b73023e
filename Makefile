# Charley. `make run` and `make test` set up all they need; the second time they start at once.
PYTHON ?= python3
PIP = pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all:
RUN_READY = .venv/.run-ready
TEST_READY = .venv/.test-ready
# What the tests of the chat page and of PostgreSQL need; without them those tests are skipped and say so.
DEBIAN = chromium postgresql

.PHONY: run test check bench pictures lock clean
.DEFAULT_GOAL := run

run: $(RUN_READY)  ## the bot; without a token, the local chat
	@.venv/bin/python -m simulator --unless-token

test: $(TEST_READY)  ## every check and every test
	@.venv/bin/ruff check --quiet . && .venv/bin/ruff format --check --quiet .
	@.venv/bin/mypy
	@.venv/bin/lint-imports --no-cache >/dev/null || .venv/bin/lint-imports --no-cache
	@.venv/bin/python -m pytest

$(RUN_READY): requirements.txt | .venv
	@echo "Installing what the bot needs (once, about 20 seconds) ..."
	@.venv/bin/$(PIP) -r requirements.txt
	@touch $@

$(TEST_READY): requirements-dev.txt | .venv
	@echo "Installing what the tests need (once, about a minute) ..."
	@.venv/bin/$(PIP) -r requirements-dev.txt
	@touch $@ $(RUN_READY)

.venv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Charley needs Python 3.11 or newer: make PYTHON=python3.11")'
	@$(PYTHON) -m venv .venv

pictures: $(TEST_READY)  ## the PNGs in assets/ from their SVGs
	@.venv/bin/python -m assets

clean:  ## what make has made
	rm -rf .venv .venv-bench build
