# The two that matter: `make run` starts Fifteen, `make test` proves it. Both may be repeated at will.
# A fresh Debian machine needs Python 3.11 to 3.13 and make, nothing else.

.DEFAULT_GOAL := help
.PHONY: help setup run demo test check bench bench-read storm kills screenshots lock clean
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory
# Without its cache every start compiles every line anew: it takes half as long again.
unexport PYTHONDONTWRITEBYTECODE

VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check --no-input -qq
# Beside the core, which runs by itself. Three on two processors, because many tests only wait.
WORKERS ?= 3

help: ## what can be made
	@sed -n 's/^\([a-z-]*\):.*## /  make \1	/p' $(MAKEFILE_LIST)

setup: $(VENV)/run.stamp ## install what Fifteen needs, nothing else

run: $(VENV)/run.stamp ## start Fifteen and print its address
	@exec $(PY) -m bot run

demo: $(VENV)/run.stamp ## start with three weeks of an invented hotel and a fast clock
	@exec $(PY) -m bot demo

test: $(VENV)/dev.stamp ## run every test, warnings as errors, coverage of the core held
	@$(PY) -m coverage erase
	@$(PY) -m tests.house.suite -n $(WORKERS)

check: $(VENV)/dev.stamp ## format, lint, types, arrows, house figures, packs
	@$(PY) -m ruff format --check .
	@$(PY) -m ruff check .
	@$(PY) -m mypy
	@$(VENV)/bin/lint-imports --no-logo
	@$(PY) -m tests.house.figures
	@$(PY) -m bot playbooks check

bench: $(VENV)/dev.stamp ## measure speed and memory beside their floors
	@$(PY) -m tests.house.bench

bench-read: $(VENV)/dev.stamp ## measure how well and how fast lines are read, beside a plain library
	@$(PY) -m tests.speed.bench_read $(ARGS)

storm: $(VENV)/dev.stamp ## kill a running Fifteen a hundred times under load, count what became of every line
	@$(PY) -m tests.faults.storm 100

kills: $(VENV)/dev.stamp ## kill it 200 times at each of its worst moments behind Slack and Telegram
	@for at in ack send file; do for mode in socket http; do \
	  $(PY) -m tests.faults.slack_kills --mode $$mode --at $$at 200 || exit 1; done; done
	@for at in polling ack send; do \
	  $(PY) -m tests.faults.telegram_kills --at $$at 200 || exit 1; done

screenshots: $(VENV)/dev.stamp ## take the pictures of the documents anew, from the browser tests
	@SCREENSHOTS=docs/screenshots $(PY) -m pytest tests/browser/test_main_job.py

lock: ## write the locks anew from pyproject.toml (needs uv)
	@uv pip compile pyproject.toml --extra postgresql --group build $(LOCKING) -o requirements.lock
	@uv pip compile pyproject.toml --extra postgresql --group build --group dev $(LOCKING) \
	  -c requirements.lock -o requirements-dev.lock

LOCKING := --quiet --universal --python-version 3.11 --generate-hashes --no-header \
  --no-emit-index-url --no-emit-find-links --no-annotate

clean: ## remove what was installed and cached here, never a database
	rm -rf $(VENV) build *.egg-info .coverage .mypy_cache .ruff_cache .pytest_cache \
	  .import_linter_cache .hypothesis

# Made anew where its Python is gone, as after an upgrade of the system.
ifneq ($(wildcard $(VENV)/made.stamp),)
ifneq ($(shell $(PY) -c "print(1)" 2>/dev/null),1)
$(shell rm -f $(VENV)/made.stamp)
endif
endif

# And where it was left half made: a stamp is written last.
$(VENV)/made.stamp:
	@set -eu; \
	python=$$(sh tests/house/python.sh $(PYTHON)); \
	echo "Making $(VENV) with $$($$python --version) ..."; \
	$$python -m venv --clear $(VENV); \
	touch $@

$(VENV)/run.stamp: requirements.lock pyproject.toml $(VENV)/made.stamp
	@echo "Installing what Fifteen needs (once) ..."
	@$(PIP) install --require-hashes --no-deps -r requirements.lock
	@$(PIP) install --no-build-isolation --no-deps \
	  --config-settings editable_mode=compat --editable .
	@touch $@

$(VENV)/dev.stamp: requirements-dev.lock $(VENV)/run.stamp
	@echo "Installing what the tests need (once) ..."
	@$(PIP) install --require-hashes --no-deps -r requirements-dev.lock
	@touch $@
