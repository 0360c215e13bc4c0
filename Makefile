# What one types here. `make run` starts the portal, `make test` proves it; the rest is for those who change it.
# PORT and PORTAL_INSTANCE choose the port and the folder of the data: make run PORT=9000 PORTAL_INSTANCE=/tmp/trial

PYTHON ?= python3
PORT ?= 8000
PORTAL_INSTANCE ?= instance
export PORT PORTAL_INSTANCE
BIN := .venv/bin
QUICK := not (browser or postgres or redis or slow)

.PHONY: run setup test test-all check bench docs i18n lock
.DEFAULT_GOAL := run

run: .venv/runtime  ## Set up what is missing, load the demo company at the first start, serve
	@exec $(BIN)/portal serve --first-run
setup: .venv/dev  ## Everything that developers need, without the browser itself
test: .venv/dev  ## The suite that needs no browser and no server
	@$(BIN)/pytest -q -n auto --dist worksteal -m "$(QUICK)"
test-all: .venv/dev  ## The whole suite; what had to be skipped is named at the end, with the reason
	@$(BIN)/pytest -q -n auto --dist worksteal -rs
check: .venv/dev  ## Lint, types, import contracts, templates, translations, migrations, tables of the docs
	@$(BIN)/python -m tests.house.check
bench: .venv/dev  ## Pages measured as ratios to a bare answer of the same server
	@$(BIN)/portal bench
docs: .venv/dev  ## Write the tables of the docs anew from the code
	@$(BIN)/python -m tests.house.tables --write
i18n: .venv/dev  ## List what still has to be translated, by file
	@$(BIN)/python -m tests.house.translations
lock:  ## Resolve the dependencies of pyproject.toml anew; needs uv
	@PATH="$(BIN):$$PATH" uv pip compile $(LOCK) --group build -o requirements.lock pyproject.toml
	@PATH="$(BIN):$$PATH" uv pip compile $(LOCK) --group build --group dev --group browser -c requirements.lock -o requirements-dev.lock pyproject.toml

LOCK := -q --upgrade --universal --all-extras --generate-hashes --no-header --no-emit-index-url --python-version 3.11

# One stamp for each lock, so that a second start installs nothing.
.venv/runtime: requirements.lock pyproject.toml | .venv/bin/python
	@$(call install,$<) && touch $@
.venv/dev: requirements-dev.lock pyproject.toml | .venv/bin/python
	@$(call install,$<) && touch $@ .venv/runtime
.venv/bin/python:
	@$(venv)

ifneq ($(shell command -v uv),)
venv = echo "Making .venv with uv" && uv venv -q --allow-existing .venv
install = echo "Installing $(1)" && VIRTUAL_ENV=$(CURDIR)/.venv uv pip install -q --require-hashes -r $(1) && \
	VIRTUAL_ENV=$(CURDIR)/.venv uv pip install -q --no-deps --no-build-isolation -e .
else
venv = $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	|| { echo "Python 3.11 or newer is needed; name yours: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }; \
	$(PYTHON) -c 'import ensurepip' 2>/dev/null \
	|| { echo "Python's venv module is missing; on Debian: apt install python3-venv" >&2; exit 1; }; \
	echo "Making .venv" && $(PYTHON) -m venv .venv
install = echo "Installing $(1)" && $(BIN)/python -m pip install -qq --disable-pip-version-check --no-input --require-hashes -r $(1) && \
	$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .
endif
