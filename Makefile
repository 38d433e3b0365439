# make ask Q="…"   answer a question from the documents     make ui     open the chat page
# make test        run all tests                            make eval   measure the answers
# DOCS=FOLDER names other documents than the sample library in seeds/.

.PHONY: ask ui eval index doctor test torture lint bench bench-full bench-startup bench-retrieval lock clean
.SILENT:

Q ?= Whom did Lavrov call Russia's main enemy?
# The question reaches the program as it was typed: never expanded by make, never seen by a shell.
export ONRECORD_QUESTION := $(value Q)
unexport Q
ifdef DOCS
export ONRECORD_DOCS := $(value DOCS)
endif
unexport DOCS

BIN := .venv/bin
READY := .venv/.installed
TESTED := .venv/.installed-for-tests

ask: $(READY)
	$(BIN)/onrecord ask

ui: $(READY)
	$(BIN)/onrecord ui

index doctor: $(READY)
	$(BIN)/onrecord $@

eval: $(READY)
	$(BIN)/onrecord eval

# A file of tests stays in one process, whose fixtures it shares, and the longest begin (tests/conftest.py).
# More than four at once would make each other wait too long.
test: $(TESTED)
	$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

torture: $(TESTED)
	$(BIN)/python -m pytest -m torture -s

lint: $(TESTED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# The product beside its floors on public sets: in a quarter of an hour, or all of it in hours.
# make bench INTO=docs/evaluation.md also puts the card into the page. Then parts alone.
bench: $(TESTED)
	$(BIN)/python -m eval.benchmarks.suite $(if $(INTO),--into "$(INTO)")

bench-full: $(TESTED)
	$(BIN)/python -m eval.benchmarks.suite --full $(if $(INTO),--into "$(INTO)")

bench-startup bench-retrieval: $(TESTED)
	$(BIN)/python -m eval.benchmarks.$(@:bench-%=%)

.venv/bin/python:
	python=$$(for name in python3.13 python3.12 python3.11 python3 python; do \
	    $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; \
	done); \
	if [ -z "$$python" ]; then echo "OnRecord needs Python 3.11 or newer; install it and try again." >&2; exit 1; fi; \
	echo "Making an environment in .venv with $$($$python --version) …" >&2; \
	$$python -m venv .venv

# Frozen versions first, then the project alone: no resolver runs. Bytecode is made at first use.
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile

$(READY): requirements.txt pyproject.toml | .venv/bin/python
	echo "Installing OnRecord and what it stands on; this takes a minute or two, once …" >&2
	$(PIP) -r requirements.txt
	$(PIP) --no-deps --editable .
	touch $@

$(TESTED): requirements-test.txt $(READY)
	echo "Installing what the tests need …" >&2
	$(PIP) -r requirements-test.txt
	touch $@

# Freeze the newest versions that fit pyproject.toml, for every platform.
lock:
	uv pip compile --quiet --universal --python-version 3.11 --no-annotate --no-header \
	    pyproject.toml --output-file requirements.txt
	uv pip compile --quiet --universal --python-version 3.11 --no-annotate --no-header --extra test \
	    --constraint requirements.txt pyproject.toml --output-file requirements-test.txt

clean:
	rm -rf .venv .seeds.onrecord build/bench
