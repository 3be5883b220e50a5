# Everything a developer types. `make` alone lists it.
.DEFAULT_GOAL := help
.PHONY: help demo test lint format screenshots bench messages openapi
PORT ?= 8000
RESET ?=
WORKERS ?= 2
PYTEST_ARGS ?=
VENV_PYTHON := .venv/bin/python
export PYTHONUNBUFFERED := 1

help: ## This list
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 18

demo: ## Run everything with example data; PORT=8001 for another port, RESET=1 to start afresh
	@script/bootstrap
	@exec $(VENV_PYTHON) script/demo.py --port "$(PORT)" $(if $(filter 1 yes true,$(RESET)),--reset)

test: ## All tests, browser and running stack included; PYTEST_ARGS="-k word" for some
	@script/bootstrap --dev
	@script/messages compile
	@CASEWORK_ENV=test $(VENV_PYTHON) manage.py prepare_fonts
	@$(VENV_PYTHON) -m pytest -n $(WORKERS) $(PYTEST_ARGS)

lint: ## Style, types, layers, migrations, translations, generated files
	@script/bootstrap --dev
	@$(VENV_PYTHON) script/lint.py

format: ## Rewrite code and templates in the house style
	@$(VENV_PYTHON) -m ruff check --fix --quiet . ; $(VENV_PYTHON) -m ruff format . ; $(VENV_PYTHON) -m djlint --reformat --quiet templates || true

screenshots: ## Every page and state of the browser tests as pictures, with a contact sheet, in var/screenshots
	@script/bootstrap --dev
	@script/messages compile
	@CASEWORK_ENV=test $(VENV_PYTHON) manage.py prepare_fonts
	@rm -rf var/screenshots && mkdir -p var/screenshots
	@PICTURES=$(CURDIR)/var/screenshots $(VENV_PYTHON) -m pytest -n 1 tests/browser $(PYTEST_ARGS) || echo "Some pages failed their tests; the sheet shows what came."
	@$(VENV_PYTHON) -m tests.browser.contact_sheet var/screenshots

bench: ## Measured claims: letters per second, lists over many rows
	@script/bootstrap --dev
	@CASEWORK_ENV=test $(VENV_PYTHON) -m tests.bench

messages: ## Bring the Chinese catalogue in line with the code
	@script/bootstrap --dev
	@script/messages extract

openapi: ## Write docs/openapi.yaml from the code
	@script/bootstrap --dev
	@CASEWORK_ENV=test $(VENV_PYTHON) manage.py spectacular --validate --fail-on-warn --file docs/openapi.yaml
