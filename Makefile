# The words of the house: the same for people and for .ci/run. They use the environment that
# ./xinno makes; `./xinno test --version` makes it with the checking tools.

XINNO_VENV ?= .venv
BIN = $(XINNO_VENV)/bin
LANGUAGES = it sk pl cs de nl
SOURCES = bot handlers xinno_core

.DEFAULT_GOAL := help
.PHONY: help setup lint fix types contracts texts texts-check migrate test check

help:  ## list these words
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 14

setup:
	@./xinno test --version >/dev/null

lint: setup  ## style and formatting
	$(BIN)/ruff check
	$(BIN)/ruff format --check

fix: setup  ## repair what can be repaired without thinking
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

types: setup  ## mypy, strict
	$(BIN)/mypy

contracts: setup  ## who may import whom
	$(BIN)/lint-imports --no-cache

# One catalogue per language; no .pot and no .mo is kept, so that none can go stale.
EXTRACT = $(BIN)/pybabel -q extract --no-location --sort-output --add-comments=Translators: \
  --project=xinno --copyright-holder=x-Inno -o "$$pot" $(SOURCES)
UPDATE = $(BIN)/pybabel -q update --no-fuzzy-matching --ignore-pot-creation-date --ignore-obsolete

texts: setup  ## bring new sentences into every catalogue
	@pot=$$(mktemp); trap 'rm -f "$$pot"' EXIT; set -e; $(EXTRACT); \
	for language in $(LANGUAGES); do \
	  po=locales/$$language/LC_MESSAGES/messages.po; \
	  if [ -e $$po ]; then $(UPDATE) -i "$$pot" -o $$po -l $$language; \
	  else $(BIN)/pybabel -q init -i "$$pot" -o $$po -l $$language; fi; \
	done

texts-check: setup  ## fail when a sentence of the code is in no catalogue
	@pot=$$(mktemp); trap 'rm -f "$$pot"' EXIT; set -e; $(EXTRACT); \
	for language in $(LANGUAGES); do \
	  $(UPDATE) --check -i "$$pot" -o locales/$$language/LC_MESSAGES/messages.po -l $$language \
	    2>/dev/null || { echo "locales/$$language is behind the code: run make texts"; exit 1; }; \
	done

migrate: setup  ## bring the database to the current schema
	./xinno migrate

test:  ## the whole suite, on both databases
	./xinno test

check: lint types contracts texts-check test  ## what .ci/run does, in this environment
