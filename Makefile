# Everything a developer or a user of the checkout needs; each target sets up what it lacks.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
INSTALLED_DEV := $(VENV)/.installed-dev
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes

.PHONY: demo test check format eval bench soak lock clean help

help:
	@echo "make demo   the whole way on the demo market; prints the report's path"
	@echo "make test   the tests          make check  ruff, mypy, import contracts"
	@echo "make eval   how right the matching is     make bench  timings     make soak  long runs"

demo: $(INSTALLED)
	$(BIN)/rigscout demo --out demo-out

test: $(INSTALLED_DEV)
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

check: $(INSTALLED_DEV)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(INSTALLED_DEV)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

eval: $(INSTALLED_DEV)
	$(BIN)/python -m tests.matching.evaluate

bench: $(INSTALLED_DEV)
	$(BIN)/python -m tests.bench $(ONLY)

soak: $(INSTALLED_DEV)
	$(BIN)/python -m pytest --hypothesis-profile=default tests/soak

# For maintainers: uv resolves once for every Python from 3.11 on; users need only pip.
lock: $(INSTALLED_DEV)
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --extra build --universal --python-version 3.11 --no-emit-index-url --no-emit-find-links --no-annotate --no-header --generate-hashes --quiet --output-file requirements.lock
	$(BIN)/uv pip compile pyproject.toml --extra build --extra dev --universal --python-version 3.11 --no-emit-index-url --no-emit-find-links --no-annotate --no-header --generate-hashes --quiet --output-file requirements-dev.lock

clean:
	rm -rf $(VENV) build dist demo-out

$(BIN)/python:
	@command -v $(PYTHON) >/dev/null || { echo "rigscout needs Python 3.11 or later: install python3"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "rigscout needs Python 3.11 or later; $(PYTHON) is older: set PYTHON=python3.11 (or later)"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) lacks venv: install it (Debian, Ubuntu: sudo apt install python3-venv)"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(INSTALLED): $(BIN)/python requirements.lock pyproject.toml
	@test -e $(INSTALLED_DEV) || echo "installing from requirements.lock (once; about a minute)"
	@test -e $(INSTALLED_DEV) || $(PIP_INSTALL) -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index -e .
	@touch $@

$(INSTALLED_DEV): $(BIN)/python requirements-dev.lock pyproject.toml
	@echo "installing from requirements-dev.lock (once; about two minutes)"
	@$(PIP_INSTALL) -r requirements-dev.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index -e .
	@touch $@ $(INSTALLED)
