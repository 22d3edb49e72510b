# For people: `make run` serves the site, `make test` proves it. `make help` lists the rest.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# xdist's workers; tests/conftest.py says what stays together.
JOBS ?= auto
# Where it is set, each of the hundreds of processes of the suite would compile everything anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run dev test coverage bench lint format lock
help: ## What can be typed here
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

$(VENV)/installed: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Octavo needs Python 3.11 or newer; say which with: make run PYTHON=python3.12"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || \
	  { echo "Python's venv module is missing; on Debian type: apt-get install python3-venv"; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(VENV)/installed-dev: requirements-dev.txt $(VENV)/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

run: $(VENV)/installed ## Bring the database up to date and serve the site
	@$(BIN)/flask release apply --rehearse --wait 3600
	@$(BIN)/flask notes reindex --missing
	@exec $(BIN)/flask serve

dev: $(VENV)/installed ## Flask's own server with reload and the debugger, on this machine alone
	@$(BIN)/flask release apply --rehearse --wait 3600
	@$(BIN)/flask notes reindex --missing
	@exec $(BIN)/flask run --debug --host 127.0.0.1 --port $${PORT:-5000}

test: $(VENV)/installed-dev ## The complete suite
	$(BIN)/python -m pytest -n $(JOBS)

coverage: $(VENV)/installed-dev ## The same, and which lines it ran; that takes longer
	$(BIN)/python -m pytest -n $(JOBS) --cov --cov-report=term:skip-covered

bench: $(VENV)/installed-dev ## What releases, writing, finding and serving cost beside the plain way; for an idle machine
	$(BIN)/python -m bench.release
	$(BIN)/python -m bench.writing
	$(BIN)/python -m bench.finding
	$(BIN)/python -m bench.serving

lint: $(VENV)/installed-dev ## Formatter, linter, type checker, template linter
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/flask release lint
	$(BIN)/djlint website/templates --lint --quiet

format: $(VENV)/installed-dev ## Write the code as the linter wants it
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: $(VENV)/installed-dev ## Lock requirements*.txt anew from requirements*.in
	$(BIN)/uv pip compile --quiet --upgrade --no-strip-extras --universal --python-version 3.11 --generate-hashes --no-header -o requirements.txt requirements.in
	$(BIN)/uv pip compile --quiet --upgrade --no-strip-extras --universal --python-version 3.11 --generate-hashes --no-header -o requirements-dev.txt requirements-dev.in
