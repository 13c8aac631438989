PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
GRAFANA_URL ?= http://localhost:3000

.DEFAULT_GOAL := help
.PHONY: help demo stack test stack-test grafana-check check lint bench clean

help:  ## what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

# the application and the tests share one environment; it is made anew when the dependencies change
$(VENV)/.ready: pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable . --group demo
	@touch $@

$(VENV)/.ready-dev: $(VENV)/.ready
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable . --group test --group check
	@touch $@

demo: $(VENV)/.ready  ## from a real SDK call to an enriched trace, in a minute, without any server
	@$(BIN)/python examples/demo.py

stack: $(VENV)/.ready  ## the real Collector, Tempo, Prometheus, Alertmanager and Grafana with traffic, without containers
	@PYTHONPATH=examples:tools $(BIN)/python -m native

test: $(VENV)/.ready-dev  ## all tests that need no server
	@$(BIN)/python -m pytest

stack-test: $(VENV)/.ready-dev  ## what needs these programs; builds them the first time, which takes some twenty minutes
	@PYTHONPATH=tools $(BIN)/python -m native build
	@$(BIN)/python -m pytest -m native -n 2 --dist loadfile --reruns 1 -r fR

grafana-check:  ## does a running Grafana work: GRAFANA_URL=http://… and GRAFANA_PASSWORD or GRAFANA_TOKEN
	@$(PYTHON) grafana/check.py $(GRAFANA_URL)

lint: $(VENV)/.ready-dev  ## style, types, layers
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports
	@$(BIN)/mypy
	@$(BIN)/basedpyright --pythonpath $(BIN)/python

check: lint test  ## before a commit; CI runs stack-test as well

bench: $(VENV)/.ready-dev  ## what a call costs, against the bare SDK and one hand-written span
	@PYTHONPATH=tests $(BIN)/python -m performance

clean:  ## forget the environment and the caches
	rm -rf $(VENV) .spanwise spanwise-report.html .pytest_cache .mypy_cache .ruff_cache
