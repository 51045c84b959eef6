# Everything a newcomer needs: `make run` (the main job on an invented city) and `make test`.
# Needs Python 3.11 with venv and pip, and make; nothing else.
SHELL := /bin/bash
PYTHON ?= python3.11
WORKSPACE ?= workspace
EMPLOYEES ?= 8000
YEARS ?= 10
SEED ?= 1
MARKS ?=
PROOF_SIZE ?= full
BIN := .venv/bin

# Telemetry of every dependency is off, and LightGBM's threads yield when the cores are wanted (docs/dependencies.md).
export DO_NOT_TRACK := true
export MLFLOW_DISABLE_TELEMETRY := true
export PREFECT_SERVER_ANALYTICS_ENABLED := false
export GOMP_SPINCOUNT := 20000
export OPENBLAS_NUM_THREADS := 1

.PHONY: help setup run test test-fast check audit format lock proof peers compare docs notebooks screenshots clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/' | expand -t 14

setup: .venv/ready ## create .venv with the locked, hash-checked packages

.venv/ready: requirements/all.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/all.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	$(BIN)/python requirements/openmp.py
	$(BIN)/python -m compileall -q .venv/lib || true
	touch $@

run: setup ## invent a city, run the whole flow, print a shortlist
	$(BIN)/tepat simulate $(WORKSPACE)/source --employees $(EMPLOYEES) --years $(YEARS) --seed $(SEED)
	$(BIN)/tepat run $(WORKSPACE)/source --workspace $(WORKSPACE) --seed $(SEED)

test: setup ## all tests: fast ones first, then the slow ones
	$(BIN)/python -m pytest -q -m "not slow" -n 2
	$(BIN)/python -m pytest -q -m slow -n 2 --dist loadfile

test-fast: setup ## the fast part of the tests only
	$(BIN)/python -m pytest -q -m "not slow" -n 2

check: setup ## ruff, strict mypy, import directions
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

audit: setup ## installed packages against the lock, file by file; known vulnerabilities where pip-audit is on the path
	$(BIN)/python requirements/audit.py

proof: setup ## measure the marks at full size into docs/proof.md; MARKS="truth backtest" for some, PROOF_SIZE=small to try; PROCESSES=2, AFRESH=1 for worlds
	PYTHONPATH=. $(BIN)/python -m benchmarks.proof.run $(if $(MARKS),--marks $(MARKS)) --size $(PROOF_SIZE) --seed $(SEED) $(if $(PROCESSES),--processes $(PROCESSES)) $(if $(AFRESH),--afresh) --date $$(date +%F) --revision $$(git describe --always --dirty)

peers: .venv-peers/ready ## create .venv-peers: econml, causalml and causallib, locked, for `make compare` alone

.venv-peers/ready: benchmarks/uplift/peers.lock
	$(PYTHON) -m venv .venv-peers
	.venv-peers/bin/pip install --quiet --disable-pip-version-check --require-hashes -r benchmarks/uplift/peers.lock
	touch $@

compare: setup peers ## UpliftModel beside its peers, into docs/benchmarks-uplift.md; some 15 processor minutes, TEPAT_PANELS for the panels
	PYTHONPATH=. $(BIN)/python -m benchmarks.uplift.compare --peers $(CURDIR)/.venv-peers/bin/python --folder $(WORKSPACE)/compare --date $$(date +%F) --revision $$(git describe --always --dirty)

format: setup ## format the code
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

lock: ## maintainers: renew the lock (needs uv)
	uv pip compile pyproject.toml --all-extras --python-version 3.11 --generate-hashes --no-header --quiet --output-file requirements/all.lock
	uv pip compile benchmarks/uplift/peers.in --python-version 3.11 --generate-hashes --no-header --quiet --output-file benchmarks/uplift/peers.lock

docs: setup ## render what is generated under docs/
	$(BIN)/python -m features.dictionary docs/data-dictionary.md
	PYTHONPATH=. $(BIN)/python tests/spec/rules/render.py

notebooks: setup ## execute the analysts' notebooks on WORKSPACE and write them to docs/notebooks
	PYTHONPATH=. $(BIN)/python -m notebooks.render $(WORKSPACE) docs/notebooks

screenshots: setup ## pictures of every page from WORKSPACE into docs/screens (needs Chromium)
	PYTHONPATH=. $(BIN)/python -m benchmarks.screens.take $(WORKSPACE)

clean: ## remove the environment, caches and the workspace of `make run`
	rm -rf .venv .venv-peers workspace .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
