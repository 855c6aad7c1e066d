# The two commands of the README are `make start` and `make test`; each does its own set-up.
# What was done once is not done again until its lock file changes. Logs lie in .make/.

SHELL := /bin/bash
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$name" && break; done)
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --disable-pip-version-check --no-input --require-virtualenv
# Cases of the demo city that `make start` builds when the city is empty.
CASES ?= 2000
PORT ?= 8000
# 0.0.0.0 lets phones and other machines on the same network try it.
HOST ?= 127.0.0.1

# $(call quietly,NAME,COMMAND) hides what a tool says while it works, never that it failed.
quietly = mkdir -p .make && { $(2) >.make/$(1).log 2>&1 || { tail -n 40 .make/$(1).log >&2; \
	echo "This step failed: $(1). All it said is in .make/$(1).log." >&2; exit 1; }; }

##@ Use
.PHONY: help start setup
help:  ## list what make can do
	@awk 'BEGIN { FS = ":.*## " } \
		/^##@/ { printf "\n%s\n", substr($$0, 5) } \
		/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

start: setup  ## set up, build the demo city if there is none, serve it on http://127.0.0.1:8000 (PORT=, HOST=)
	@$(BIN)/huiyin demo --cases $(CASES) --if-empty --host $(HOST) --port $(PORT)
	@exec $(BIN)/huiyin serve --host $(HOST) --port $(PORT)

setup: .venv/installed huiyin/static/vendor/versions.txt messages-compiled  ## install packages and assets, compile translations; run by start and test
	@:

##@ Work on it
.PHONY: dev test quick slow story check bench
dev: setup .venv/installed-dev  ## set up what tests and checks need; run by test and check

ifdef TESTS
test: dev
	@$(BIN)/python -m pytest $(TESTS)
else
test: quick slow  ## run the whole suite (TESTS= for some of it): the quick half, then the slow one
endif

quick: dev  ## run the quick half on all processors: about three minutes on two
	@$(BIN)/python -m pytest -n auto -m "not slow and not browser"

slow: dev  ## run the slow half one by one: real servers, accidents, every arrow, the browser
	@$(BIN)/python -m pytest -m "slow or browser" $(if $(HUIYIN_REQUIRE_BROWSER),--require-browser)

story: dev  ## run the story in a real browser and leave its pictures in tests/pictures
	@$(BIN)/python -m pytest -m browser -p no:randomly --require-browser
	@ls -1 tests/pictures

check: dev  ## what CI runs: style, types, floors, pages, words, docs, then the suite
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint huiyin/templates --lint --quiet
	$(BIN)/python tools/messages.py check
	$(BIN)/python tools/docs.py check
	@$(MAKE) test

bench: dev  ## run the benchmarks and print what they measured
	@$(BIN)/python bench/run.py

##@ Keep it
.PHONY: docs words locks clean
docs: dev  ## write the generated parts of docs/reference anew
	@$(BIN)/python tools/docs.py write

words: dev  ## bring the translation catalogues up to date with the code, and compile them
	@$(BIN)/python tools/messages.py extract
	@$(BIN)/python tools/messages.py compile

locks: .venv/installed  ## renew the lock files: newest versions that pyproject.toml and package.json allow
	@tools/renew-locks

clean:  ## remove what was installed and compiled; a city in var/ stays
	rm -rf .venv .make node_modules huiyin/static/vendor build dist
	find huiyin -name '*.mo' -delete

# --- What the targets above stand on -------------------------------------------------------

.venv/made:
	@if [ -z "$(PYTHON)" ]; then \
		echo "huiyin needs Python 3.11 or newer; install it, or name it: make PYTHON=/path/to/python3." >&2; exit 2; fi
	@echo "Making .venv with $$($(PYTHON) --version) …"
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { \
		echo "This Python cannot make virtual environments; on Debian and Ubuntu: apt-get install python3-venv." >&2; exit 2; }
	@$(call quietly,venv,$(PYTHON) -m venv .venv)
	@touch $@

.venv/packages: .venv/made requirements/run.txt
	@echo "Installing packages …"
	@$(call quietly,packages,$(PIP) --require-hashes -r requirements/run.txt)
	@touch $@

# The checkout itself: importable, and the command `huiyin`. Needs no network.
.venv/installed: .venv/packages pyproject.toml
	@$(call quietly,huiyin,$(PIP) --no-deps --no-build-isolation --no-index --editable .)
	@touch $@

.venv/installed-dev: .venv/installed requirements/dev.txt
	@echo "Installing what tests and checks need …"
	@$(call quietly,packages-dev,$(PIP) --require-hashes -r requirements/dev.txt)
	@touch $@

huiyin/static/vendor/versions.txt: .venv/packages package-lock.json tools/assets.py
	@$(BIN)/python tools/assets.py

.PHONY: messages-compiled
MESSAGES := $(wildcard huiyin/locale/*/LC_MESSAGES/django.po)
messages-compiled: $(MESSAGES:.po=.mo)
%.mo: %.po .venv/packages
	@$(call quietly,messages,$(BIN)/python tools/messages.py compile)
	@touch $(MESSAGES:.po=.mo)
