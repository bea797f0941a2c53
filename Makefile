# Two commands do everything: `make nightly` and `make test`. Both set up first; set up already, that costs nothing.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PYTHON ?= python3.11
# Tests run in so many processes, a file in one of them; each with Spark tests takes 4 GB.
WORKERS ?= 2
BIN := .venv/bin

# What was set up, by the content of what it depends on: a fresh clone has fresh file dates.
INSTALLED := .venv/installed-$(shell sha256sum requirements.txt | cut -c1-16)
COMPILED := .venv/compiled-$(shell sha256sum jobs/kernel/loops.py | cut -c1-16)
SPARK_READY := $(shell source conf/setup/environment.sh && echo "$$spark_kit/ready")

.PHONY: help setup java nightly test format airflow lint lock package

help: ## these lines
	@sed -nE 's/^([a-z]+):.*## (.*)$$/make \1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 15

setup: java $(INSTALLED) $(SPARK_READY) $(COMPILED) ## .venv with the pinned packages, Java, the Delta jars; costs nothing when nothing changed
	@$(BIN)/python -m compileall -q jobs

nightly: setup ## a whole night through the real DAG, then one frozen list (AS_OF= LIST= SEGMENT= LAUNCH=)
	@conf/setup/nightly.sh

test: setup lint ## format, lint, types and all tests (WORKERS=2)
	@source conf/setup/environment.sh && python -m pytest -n $(WORKERS) --dist loadfile

lint: setup ## format, lint and types alone
	@$(BIN)/ruff format --check --quiet . || { echo "Some files are not formatted: make format" >&2; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/basedpyright

format: setup ## formats every file, and mends what lint can mend
	@$(BIN)/ruff check --quiet --fix . || true
	@$(BIN)/ruff format .

airflow: setup ## a local Airflow to click in, http://127.0.0.1:8080; Ctrl-C stops it
	@exec conf/setup/airflow.sh

package: setup ## the wheel of jobs and an archive with its Python, for executors of a cluster, into dist/
	@source conf/setup/environment.sh && python conf/setup/package.py

lock: setup ## resolves anew what the pinned packages of requirements.txt bring
	@$(BIN)/python conf/setup/lock.py

java:
	@conf/setup/java.sh

.venv/bin/python:
	@command -v $(PYTHON) > /dev/null || { echo "Python 3.11 is missing. Install it (sudo apt-get install -y python3.11 python3.11-venv), or say where it is: make $(MAKECMDGOALS) PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || { echo "$(PYTHON) is not Python 3.11; say where it is: make $(MAKECMDGOALS) PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -m venv .venv

.venv/bin/uv: | .venv/bin/python
	@$(BIN)/python -m pip --version > /dev/null 2>&1 || $(BIN)/python -m ensurepip --default-pip > /dev/null
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check "$$(grep '^uv==' requirements.txt)"

$(INSTALLED): | .venv/bin/uv
	@echo "Installing $$(grep -c '==' requirements.txt) pinned packages into .venv …"
	@$(BIN)/uv pip install --quiet --compile-bytecode --no-deps --python $(BIN)/python -r requirements.txt
	@rm -f .venv/installed-* && touch $@

$(SPARK_READY): | $(INSTALLED)
	@conf/setup/spark.sh

$(COMPILED): | $(INSTALLED)
	@echo "Compiling the kernel's loops (once, about 15 seconds) …"
	@source conf/setup/environment.sh && python conf/setup/compile_kernel.py
	@rm -f .venv/compiled-* && touch $@
