# `make help` lists what there is. `make run` and `make test` need Python 3.11 or newer
# and make; everything else they set up themselves, and quickly the second time.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help run test check fix demo admin bench pictures messages lock setup setup-dev clean

VENV := .venv
BIN := $(VENV)/bin
DATA_DIR ?= $(CURDIR)/.var
PORT ?= 8000
HOST ?= 127.0.0.1
export PORT HOST DATA_DIR
export PIP_DISABLE_PIP_VERSION_CHECK := 1

# Settings of the embedded product; its keys are made once and stay on this machine.
EMBEDDED_ENV = EMBEDDED=1 SECRET_KEY_FILE="$(DATA_DIR)/secret_key" \
	CREDENTIAL_KEYS_FILE="$(DATA_DIR)/credential_keys"

# A stamp is renewed when its lock file changes: its name holds the file's hash.
hash = $(shell cksum < requirements/$(1).txt | tr -d ' ')
RUN_STAMP := $(VENV)/.installed-run-$(call hash,run)
DEV_STAMP := $(VENV)/.installed-dev-$(call hash,dev)
LIBS_STAMP := $(VENV)/.libraries
BROWSER_STAMP := $(VENV)/.browser
SERVERS := mlflow airflow
SERVERS_STAMP := .servers/.installed-$(call hash,servers-mlflow)-$(call hash,servers-airflow)
MONITORS_STAMP := .servers/.monitors

help: ## List what make can do
	@grep -hE '^[a-z][a-z-]*:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | \
		awk -F '\t' '{printf "  make %-8s %s\n", $$1, $$2}'

run: setup ## Set up, then run web, worker and scheduler here until Ctrl-C (PORT, DEMO_PASSWORD)
	@exec env $(EMBEDDED_ENV) $(BIN)/python manage.py serve

test: setup-dev ## Set up, then run all tests; on PostgreSQL and Redis too where they answer
	@sh .ci/test

check: setup-dev ## Lint, types, import contracts, migrations, deployment settings, container files
	@sh .ci/check

fix: setup-dev ## Format, and repair what the linter can repair
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

demo: setup ## Make the demonstration, with a locked cycle and its PDF on disk
	@env $(EMBEDDED_ENV) $(BIN)/python manage.py migrate --verbosity 0
	@env $(EMBEDDED_ENV) $(BIN)/python manage.py load_framework --shipped
	@env $(EMBEDDED_ENV) $(BIN)/python manage.py seed_demo --report "$(DATA_DIR)/demo"

admin: setup ## Make an account that may found workspaces, for the product that make run starts
	@env $(EMBEDDED_ENV) $(BIN)/python manage.py migrate --verbosity 0
	@env $(EMBEDDED_ENV) $(BIN)/python manage.py createsuperuser

bench: setup-dev ## Measure speed and memory; prints ratios, asserts nothing
	@$(BIN)/python -m benchmarks

pictures: setup-dev ## Renew the pictures and sample reports of the documentation, in minutes
	@$(BIN)/python -m benchmarks.pictures docs/images docs/samples

messages: setup-dev ## Renew the catalogues of the interface from its sources (needs GNU gettext)
	@sh .ci/setup gettext || true
	@sh .ci/messages

lock: ## Resolve requirements/*.in into hash-pinned *.txt (needs uv)
	@command -v uv >/dev/null || { echo "make lock needs uv: pip install uv"; exit 1; }
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header \
		--no-emit-index-url --upgrade requirements/run.in -o requirements/run.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header \
		--no-emit-index-url --upgrade requirements/dev.in -o requirements/dev.txt
	for name in $(SERVERS); do \
		uv pip compile --universal --python-version 3.11 --generate-hashes --no-header \
			--no-emit-index-url --upgrade requirements/servers-$$name.in \
			-o requirements/servers-$$name.txt || exit 1; done

clean: ## Remove the environment and caches; data under .var stays
	rm -rf $(VENV) .servers .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

setup: $(RUN_STAMP) $(LIBS_STAMP) $(DATA_DIR)/secret_key $(DATA_DIR)/credential_keys

setup-dev: $(DEV_STAMP) $(LIBS_STAMP) $(BROWSER_STAMP) $(SERVERS_STAMP) $(MONITORS_STAMP)

$(BIN)/python:
	@sh .ci/setup environment

$(RUN_STAMP): | $(BIN)/python
	@sh .ci/setup packages run
	@touch $@

$(DEV_STAMP): | $(BIN)/python
	@sh .ci/setup packages dev
	@touch $@ $(RUN_STAMP)

$(LIBS_STAMP): | $(BIN)/python
	@sh .ci/setup libraries
	@touch $@

$(BROWSER_STAMP): | $(BIN)/python
	@sh .ci/setup browser && touch $@ || true

$(SERVERS_STAMP): | $(BIN)/python
	@sh .ci/setup servers $(SERVERS) && touch $@ || true

$(MONITORS_STAMP):
	@sh .ci/setup monitors && touch $@ || true

$(DATA_DIR)/secret_key: | $(BIN)/python
	@mkdir -p "$(DATA_DIR)"
	@umask 077; $(BIN)/python -c "import secrets; print(secrets.token_urlsafe(64))" > "$@"

$(DATA_DIR)/credential_keys: | $(BIN)/python
	@mkdir -p "$(DATA_DIR)"
	@umask 077; $(BIN)/python -c "import base64, secrets; print(base64.urlsafe_b64encode(secrets.token_bytes(32)).decode())" > "$@"
