# Charley. `make run` and `make test` install what they need; the second time they start at once.
PYTHON ?= python3
# What is installed is compiled when it is imported: to compile all of it takes a quarter of the time.
INSTALL = pip install --quiet --disable-pip-version-check --no-compile --require-hashes --only-binary :all: --requirement
LICENCES = MIT;BSD;Apache;ISC;Mozilla Public License 2.0;MPL-2.0;Python Software Foundation;PSF-2.0;LGPLv3;LGPL-3.0
PYTEST = .venv/bin/python -m pytest -n auto --dist worksteal

# Keep compiled bytecode, even where the environment says not to. Every process of a test would compile the bot again.
export PYTHONDONTWRITEBYTECODE :=

# After an upgrade of Python, these point to one that is gone. Then they are made again.
define forget-if-broken
$(if $(wildcard $(1)/bin),$(shell $(1)/bin/python -c pass 2> /dev/null || rm -rf $(2)))
endef
$(call forget-if-broken,.venv,.venv)
$(call forget-if-broken,.venv-bench/charley,.venv-bench)
$(call forget-if-broken,.venv-audit/charley,.venv-audit)

.PHONY: run test test-fast check tests style types imports
.PHONY: test-zones test-markup test-model test-diary test-year test-kill test-storm test-soak test-image bench pictures head-start cities domains settings audit clean
.DEFAULT_GOAL := run

run: .venv/ready-to-run  ## Run the bot, or the local chat if there is no token
	@.venv/bin/python -m simulator --unless-token

# The tests wait now and then, so the types are checked in the meantime.
test: style  ## Run all checks, and all tests but the long ones below
	@$(MAKE) --no-print-directory --jobs types imports tests

test-fast: .venv/ready-to-test  ## Run the tests of bot/, scheduler/ and simulator/ on SQLite, without whole conversations (about a minute)
	@$(PYTEST) -m "not campaign" -k "not postgresql" tests/bot tests/scheduler tests/simulator

tests: .venv/ready-to-test
	@$(PYTEST)

check: .venv/ready-to-test
	@$(MAKE) --no-print-directory --jobs style types imports

style: .venv/ready-to-test
	@.venv/bin/ruff check --quiet . && .venv/bin/ruff format --check --quiet .

types: .venv/ready-to-test
	@.venv/bin/mypy --no-error-summary

imports: .venv/ready-to-test  # lint-imports prints much, so it runs again, aloud, only if it has failed
	@.venv/bin/lint-imports --no-cache > /dev/null || .venv/bin/lint-imports --no-cache

bench: .venv/ready-to-test .venv-bench/ready  ## Measure the speed, compared with other bots in the same run (about 20 minutes)
	@.venv/bin/python -m benchmarks.replies
	@.venv/bin/python -m benchmarks.lanes
	@.venv/bin/python -m benchmarks.diary
	@.venv/bin/python -m benchmarks.reminders
	@.venv/bin/python -m benchmarks.simulator

test-zones: .venv/ready-to-test  ## Check every time zone and every clock change from 1990 to 2037 (about 4 minutes)
	@.venv/bin/python -m tests.campaigns.zones

test-markup: .venv/ready-to-test  ## Compare how the simulator and TDLib read 100,000 texts (about 4 minutes)
	@.venv/bin/python -m tests.campaigns.markup
	@CHARLEY_EXAMPLES=10000 .venv/bin/python -m pytest -n auto --timeout 0 tests/simulator/markup/test_tdlib.py

test-model: .venv/ready-to-test  ## Run three hundred times as many random stories of reminders as make test (about 40 minutes)
	@CHARLEY_EXAMPLES=3000 .venv/bin/python -m pytest --timeout 0 tests/scheduler/test_model.py

test-diary: .venv/ready-to-test  ## Export and import a thousand random diaries, as JSON and as CSV (about a minute)
	@CHARLEY_EXAMPLES=1000 .venv/bin/python -m pytest --timeout 0 -k imported_and_is_equal tests/handlers/test_export.py tests/bot/diary

test-year: .venv/ready-to-test  ## Simulate a year of a thousand people, about 1.5 million reminders (about 10 minutes)
	@.venv/bin/python -m tests.campaigns.year

test-kill: .venv/ready-to-test  ## Run ten thousand kills while reminders are delivered (about an hour)
	@.venv/bin/python -m tests.campaigns.kills

test-storm: .venv/ready-to-test  ## Deliver ten thousand reminders while processes and PostgreSQL are killed (some minutes)
	@.venv/bin/python -m tests.campaigns.storm

test-soak: .venv/ready-to-test  ## Send a million updates, each up to three times, to a bot that is killed (about 20 minutes)
	@.venv/bin/python -u -m tests.campaigns.soak

test-image: .venv/ready-to-test  ## Build the image, run it confined against a Telegram on this machine, and stop it (some minutes)
	@.venv/bin/python -m tests.campaigns.image $(OPTIONS)

pictures: .venv/ready-to-test  ## Render the PNGs in assets/ from their SVGs
	@.venv/bin/python -m assets

head-start: .venv/ready-to-test  ## Generate bot/updates/head_start.json, the steps that are sent before the bot is loaded
	@.venv/bin/python -m assets.head_start

cities: .venv/ready-to-test  ## Build bot/parsing/places/cities.zip, the table of places, from GeoNames
	@.venv/bin/python -m assets.cities

domains: .venv/ready-to-test  ## Build simulator/markup/top_level_domains.txt, the list of domains that Telegram knows
	@.venv/bin/python -m assets.top_level_domains

audit: .venv-audit/ready  ## Write build/sbom.json and build/licences.md of what the bot runs on, and refuse unknown licences
	@mkdir -p build
	@.venv-audit/tools/bin/cyclonedx-py environment --output-reproducible --output-file build/sbom.json .venv-audit/charley/bin/python
	@.venv-audit/tools/bin/pip-licenses --python .venv-audit/charley/bin/python --format markdown --with-urls --partial-match \
		--allow-only "$(LICENCES)" --output-file build/licences.md
	@echo "Wrote build/sbom.json and build/licences.md."

settings: .venv/ready-to-test  ## Write the table of the settings in README.md from their classes
	@.venv/bin/python -m assets.settings_table

.venv/ready-to-run: requirements.txt | .venv/new-pip
	@echo "Installing what the bot needs (once, about 20 seconds) ..."
	@.venv/bin/$(INSTALL) requirements.txt
	@touch $@

.venv/ready-to-test: requirements-dev.txt | .venv/new-pip
	@echo "Installing what the tests need (once, about a minute) ..."
	@.venv/bin/$(INSTALL) requirements-dev.txt
	@touch .venv/ready-to-run $@

# The pip that comes with Python 3.11 takes twice as long, because it looks at every file of every version.
.venv/new-pip: requirements-pip.txt | .venv/bin/pip
	@.venv/bin/$(INSTALL) requirements-pip.txt
	@touch $@

.venv/bin/pip:
	@$(PYTHON) -c 'import bot'  # says so if the bot does not run with this Python
	@$(PYTHON) -m venv .venv

.venv-audit/ready: requirements.txt requirements-audit.txt
	@echo "Installing what is audited and what audits it (once, about half a minute) ..."
	@for side in charley tools; do $(PYTHON) -m venv .venv-audit/$$side; done
	@.venv-audit/charley/bin/$(INSTALL) requirements.txt
	@.venv-audit/tools/bin/$(INSTALL) requirements-audit.txt
	@touch $@

.venv-bench/ready: requirements.txt requirements-bench.txt
	@echo "Installing what the benchmarks compare (once, about half a minute) ..."
	@for side in charley peers; do $(PYTHON) -m venv .venv-bench/$$side; done
	@.venv-bench/charley/bin/$(INSTALL) requirements.txt
	@.venv-bench/peers/bin/$(INSTALL) requirements-bench.txt
	@touch $@

clean:  ## Delete everything that make has made
	rm -rf .venv .venv-bench .venv-audit build
