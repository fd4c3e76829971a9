# `make demo` and `make test` need Python 3.11 or later, make and a package index; nothing else.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
WORKERS ?= 2

.DEFAULT_GOAL := help
.PHONY: help demo test test-all check types style docs lock bench-count bench-power bench-headcount bench-forecast bench-read bench-desk backtest clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

demo: $(VENV)/.run ## who had the numbers on 20 November 2012
	@$(BIN)/whipcount report nz-labour-2012 --as-of 2012-11-20

test: $(VENV)/.dev types style ## types, style, and all tests that are not long (under ten minutes on two cores)
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

test-all: $(VENV)/.dev types style ## the long tests too
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m "long or not long"

types: $(VENV)/.dev
	$(BIN)/mypy

style: $(VENV)/.dev
	$(BIN)/ruff check src tests tools bench
	$(BIN)/ruff format --check src tests tools bench

docs: $(VENV)/.dev ## write anew the parts of README and docs that come from commands
	$(BIN)/python tools/commands_page.py
	$(BIN)/python tools/regenerate.py

bench-count: $(VENV)/.dev ## how fast ballots are counted, as ratios measured in this run
	$(BIN)/python bench/bench_count_speed.py
	$(BIN)/python bench/bench_count_peers.py --ballots 300000

bench-power: $(VENV)/.dev ## how fast power indices are computed, likewise
	$(BIN)/python bench/bench_power.py

bench-headcount: $(VENV)/.peers ## how fast the headcount is inferred, likewise
	$(BIN)/python bench/bench_headcount.py

bench-forecast: $(VENV)/.dev ## how fast contests are simulated, likewise
	$(BIN)/python bench/bench_forecast.py

bench-read: $(VENV)/.dev ## how well and how fast commentary is read
	$(BIN)/python bench/bench_read.py
	$(BIN)/python bench/bench_read_scale.py --articles 2000 --kill 700

bench-desk: $(VENV)/.dev ## how the desk bears 100 readers and ten editors at once, likewise
	$(BIN)/python bench/bench_desk.py

backtest: $(VENV)/.dev ## forecasts of past contests with no hindsight, at 60, 30, 14, 7 and 1 days
	$(BIN)/whipcount backtest --at 60,30,14,7,1

lock: $(VENV)/bin/python ## pin every dependency with its hash anew
	$(BIN)/pip install -q uv
	# The developers' set first: the others take the same releases from it.
	$(BIN)/uv pip compile -q pyproject.toml requirements/build.in requirements/dev.in --all-extras -p 3.11 --universal --no-emit-index-url --generate-hashes -o requirements/dev.lock --custom-compile-command "make lock"
	$(BIN)/uv pip compile -q pyproject.toml requirements/build.in --all-extras -c requirements/dev.lock -p 3.11 --universal --no-emit-index-url --generate-hashes -o requirements/run.lock --custom-compile-command "make lock"
	$(BIN)/uv pip compile -q pyproject.toml requirements/build.in requirements/peers.in --all-extras -c requirements/dev.lock -p 3.11 --universal --no-emit-index-url --generate-hashes -o requirements/peers.lock --custom-compile-command "make lock"
	$(BIN)/uv pip compile -q pyproject.toml -c requirements/dev.lock -p 3.11 --universal --no-emit-index-url --generate-hashes -o requirements/core.lock --custom-compile-command "make lock"

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit("whipcount needs Python 3.11 or later; set PYTHON=... to one") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)

# What it takes to run: the package with all its extras, from pinned and hashed releases.
$(VENV)/.run: $(VENV)/bin/python requirements/run.lock pyproject.toml
	@echo "Installing (once; about a minute)..."
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements/run.lock
	@$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@$(BIN)/python -c 'from whipcount.compiling import warm; warm()'
	@touch $@

# What it takes to work on it: checks, tests, and the peers that the counts are compared with.
$(VENV)/.dev: $(VENV)/.run requirements/dev.lock
	@echo "Installing what the tests need (once; about a minute)..."
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements/dev.lock
	@touch $@

# Other implementations of the headcount's model, for `make bench-headcount` alone.
$(VENV)/.peers: $(VENV)/.dev requirements/peers.lock
	@echo "Installing the peers that the headcount is measured against (once; some minutes)..."
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements/peers.lock
	@touch $@

clean: ## remove the environment and caches
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
