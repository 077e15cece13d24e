# `make` builds every course; `make test` passes every test. Each sets up what it needs.
.POSIX:
.PHONY: build test coverage test-deep preview player workbench docs lint bench upgrade clean help

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CONSTRAINTS := .ci/constraints.txt
SOURCES := setup.cfg pyproject.toml $(CONSTRAINTS)
# Half of the time of a browser's test is waiting.
WORKERS := $$(( $$(getconf _NPROCESSORS_ONLN) * 2 ))
# What Open edX runs, each in an environment of its own: its engine of problems, and the libraries of its release Teak.
CAPA := tests/engines/.capa
TEAK := tests/engines/.teak
INSTALL := $(BIN)/pip install --quiet --disable-pip-version-check

build: $(VENV)/.core  ## every course in course_src/ for every target, into build/
	$(BIN)/smac build course_src

test: $(VENV)/.dev tests/node_modules/.stamp $(CAPA)/.stamp  ## every test, small counts (under ten minutes)
	@.ci/need chromium headless-shell? firefox java
	$(BIN)/pytest -n $(WORKERS) --dist worksteal -m "not deep"

coverage: $(VENV)/.dev tests/node_modules/.stamp $(CAPA)/.stamp  ## the same, and which lines no test has run
	$(BIN)/pytest -n $(WORKERS) --dist worksteal --cov --cov-report=term:skip-covered -m "not deep"

test-deep: $(VENV)/.dev tests/node_modules/.stamp $(CAPA)/.stamp $(TEAK)/.stamp  ## the large counts (under forty minutes)
	@.ci/need chromium headless-shell? firefox java
	SMAC_DEEP=1 $(BIN)/pytest -n $(WORKERS) --dist worksteal -m "deep or scales"

preview: $(VENV)/.dev  ## the disclosure course in a strict LMS in your browser
	$(BIN)/smac preview course_src/smac-disclosure

player: $(VENV)/.dev tests/node_modules/.stamp  ## the player's scripts, minified, after a change in player/src
	$(BIN)/python .ci/minify-player.py

workbench: $(VENV)/.dev  ## the Open edX blocks with the quizzes of every course, on this machine only
	$(BIN)/python .ci/serve-blocks.py

docs: $(VENV)/.dev  ## the documents as a web site, into build/docs/
	$(BIN)/mkdocs build --quiet --strict -f .ci/mkdocs.yml

lint: $(VENV)/.dev  ## style and types
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

bench: $(VENV)/.dev  ## how long builds and the preview take, how heavy the courses are
	$(BIN)/python benchmarks/build.py
	$(BIN)/python benchmarks/preview.py
	$(BIN)/python benchmarks/player.py
	$(BIN)/python benchmarks/rehearsal.py
	$(BIN)/python benchmarks/certificates.py

upgrade:  ## the newest versions of every dependency, written into .ci/constraints.txt
	rm -rf $(VENV)
	$(PYTHON) -m venv $(VENV)
	$(INSTALL) --editable '.[preview,dev]'
	{ sed -n '/^#/p' $(CONSTRAINTS); $(BIN)/pip freeze --exclude-editable; } > $(CONSTRAINTS).new
	mv $(CONSTRAINTS).new $(CONSTRAINTS)

clean:  ## everything that can be made again
	rm -rf build $(VENV) .setuptools *.egg-info tests/node_modules $(CAPA) $(TEAK) .coverage .mypy_cache .pytest_cache .ruff_cache .hypothesis

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 22

$(VENV)/bin/pip:
	@.ci/need venv
	$(PYTHON) -m venv $(VENV)

$(VENV)/.core: $(VENV)/bin/pip $(SOURCES)
	$(INSTALL) --constraint $(CONSTRAINTS) --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.core
	$(INSTALL) --constraint $(CONSTRAINTS) --editable '.[preview,dev]'
	@touch $@

# The package asks for Python 3.12 and runs on 3.11.
$(CAPA)/.stamp: tests/engines/capa.txt
	$(PYTHON) -m venv $(CAPA)
	$(CAPA)/bin/pip install --quiet --disable-pip-version-check --requirement tests/engines/capa.txt
	$(CAPA)/bin/pip install --quiet --disable-pip-version-check --no-deps --ignore-requires-python xblocks-contrib==1.0.7
	@touch $@

$(TEAK)/.stamp: tests/engines/teak.txt
	$(PYTHON) -m venv $(TEAK)
	$(TEAK)/bin/pip install --quiet --disable-pip-version-check --requirement tests/engines/teak.txt
	$(TEAK)/bin/pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

tests/node_modules/.stamp: tests/package.json tests/package-lock.json
	@.ci/need node
	cd tests && npm ci --no-audit --no-fund --loglevel=error
	@touch $@
