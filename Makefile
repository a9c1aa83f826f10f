# make demo     makes the environment, simulates an account, builds and tests every model on DuckDB, writes a report
# make test     lints, and runs every test that needs no engine other than DuckDB, less those marked `long`
# make engines  compares every other engine that runs here, and the oldest and newest dbt, with DuckDB's answers; ALL=1 skips nothing;
#               runs the tests marked `long` too; ONLY="postgres and simulated" takes those whose names fit
# make quick    lints, parses, and runs the unit tests of the models changed since main: a contributor's loop
# make bench    builds accounts of 100,000 and 1,000,000 log rows and compares them with one hand-written query; SIZES="..."; and a large account's governance
# make bench-forecast  compares the forecast with what came, on simulated years and on a public data set, by day of month
# make bench-volumes   finds planted anomalies in simulated seasons and in a public data set, beside a plain 3-sigma rule
# make bench-causes    compares the probable causes of incidents with those planted, among decoys, in 20 simulated accounts
# make docs     writes the pages of rules, checks, marts and seeds from their SQL files, seeds and YAML (docs/rules, checks, marts)
# make pictures takes the two pictures of the README from the demo, in Chromium
# make site     writes docs/ as one site into build/site, which opens from a disk
# make replay   builds 2,000 random accounts in random slices and compares each with one full build; REPLAYS=... for another number
# Needs Python 3.10 or later, git and make. PYTHON=/path/to/python chooses another than the first one found.

PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11 python3.10 python; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 10))' >/dev/null 2>&1 && echo $$python && break; done)
BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable
PYTEST := $(BIN)/pytest --numprocesses 2 --dist loadscope --no-loadscope-reorder

.PHONY: demo test engines quick bench bench-forecast bench-volumes bench-causes docs site pictures replay clean

demo: .venv/.installed
	@$(BIN)/fivetran-logs demo
	@echo
	@echo "The command is $(BIN)/fivetran-logs; to type it without its path: source $(BIN)/activate"

test: .venv/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(PYTEST) -m "not long and not engines" --ignore tests/engines

engines: .venv/.installed-dev
	FIVETRAN_LOGS_ENGINES=$(if $(ALL),all) $(PYTEST) -m "engines or long" $(if $(ONLY),-k "$(ONLY)") tests

quick: .venv/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python tests/quick.py

bench: .venv/.installed-dev
	$(BIN)/python tests/bench.py $(SIZES)
	$(BIN)/python tests/bench_governance.py

bench-forecast: .venv/.installed-dev
	$(BIN)/python tests/bench_forecast.py

bench-volumes: .venv/.installed-dev
	$(BIN)/python tests/bench_volumes.py

bench-causes: .venv/.installed-dev
	$(BIN)/python tests/bench_causes.py

docs: .venv/.installed-dev
	$(BIN)/python scripts/write_rules.py
	$(BIN)/python scripts/write_marts.py

site: docs
	$(BIN)/python scripts/write_site.py build/docs
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet
	@echo "Wrote build/site/index.html"

pictures: .venv/.installed-dev
	$(BIN)/python scripts/take_pictures.py

replay: .venv/.installed-dev
	FIVETRAN_LOGS_REPLAYS=$(or $(REPLAYS),2000) $(BIN)/pytest tests/models/test_replay.py

clean:
	rm -rf .venv build demo target logs

# The stamp files mark that the environment matches these files; touch one and the next make installs again.
.venv/.installed: pyproject.toml constraints.txt | .venv
	@echo "Installing into .venv; the first time takes a minute or two ..."
	@$(INSTALL) "."
	@touch $@

.venv/.installed-dev: pyproject.toml constraints.txt | .venv
	@echo "Installing into .venv, with developer tools; the first time takes a minute or two ..."
	@$(INSTALL) ".[dev]"
	@touch .venv/.installed $@

.venv:
	@if [ -z "$(PYTHON)" ]; then echo "No Python 3.10 or later found: install one, or run make PYTHON=/path/to/python" >&2; exit 1; fi
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "$(PYTHON) cannot make an environment (on Debian: apt install python3-venv)" >&2; exit 1; }
