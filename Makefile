# Two commands for a new checkout: `make demo` and `make test`. Everything else is a part of these.

PYTHON ?= $(shell for p in python3.11 python3 python3.12 python3.13 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
READY := .venv/.ready
CODE := analysis tools tests
# a worker holds a DuckDB of its own, and a kernel or a browser at times: two of them at least, four at most
WORKERS ?= $(shell n=$$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2); \
	[ $$n -gt 4 ] && n=4; [ $$n -lt 2 ] && n=2; echo $$n)
PYTEST := $(BIN)/pytest -n $(WORKERS) --dist loadscope

.DEFAULT_GOAL := help
.PHONY: help demo picture test lint fmt types layers docs docs-check pytest bench lab fuzz wheel clean FORCE
.NOTPARALLEL:

help: ## what there is to make
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-11s %s\n", $$1, $$2}'

# the stamp holds the checkout's path: an environment does not survive a move
MOVED := $(shell test "$$(cat $(READY) 2>/dev/null)" = "$(CURDIR)" || echo FORCE)
$(READY): uv.lock pyproject.toml tools/setup.py $(MOVED)
	@test -n "$(PYTHON)" || { echo "retroburn needs Python 3.11 or newer on the PATH, or: make PYTHON=/path/to/python" >&2; exit 1; }
	@$(PYTHON) tools/setup.py

demo: $(READY) ## set up, write both reports on sample_logs/ into demo/, and tell what they found
	@$(BIN)/python tools/demo.py

picture: $(READY) ## take the README's pictures: the page that `make demo` wrote, and JupyterLab
	@$(BIN)/python -m tools.picture

test: lint types layers docs-check pytest ## set up, lint, check types, layers and docs, and run every test

pytest: $(READY)
	$(PYTEST)

lint: $(READY) ## ruff and sqlfluff
	$(BIN)/ruff check $(CODE)
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/sqlfluff lint --processes 2 --nocolor --disable-progress-bar queries

fmt: $(READY) ## put Python and SQL into shape
	$(BIN)/ruff check --fix-only $(CODE)
	$(BIN)/ruff format $(CODE)
	$(BIN)/sqlfluff fix --processes 2 --disable-progress-bar queries

types: $(READY)
	$(BIN)/mypy

layers: $(READY)
	$(BIN)/lint-imports --no-cache

docs: $(READY) ## print the reference pages in docs/reference/ from the code
	$(BIN)/python -m tools.reference

docs-check: $(READY)
	$(BIN)/python -m tools.reference --check

bench: $(READY) ## compare with DuckDB's own copy, polars and plain notebooks, side by side in one run
	$(BIN)/python -m tests.benchmarks $(BENCH)

lab: $(READY) ## score the detectors on logs with planted faults: every kind, variant and strength, beside an hourly z-score (an hour; LAB="--suite quick --seed 7")
	$(BIN)/retroburn lab score $(or $(LAB),--all)

fuzz: $(READY) ## bend the samples of every importer for a minute each, and read them
	$(BIN)/python -m tests.fuzz $(FUZZ)

wheel: $(READY) ## build the wheel into dist/
	$(BIN)/hatchling build --target wheel --directory dist

clean: ## remove what was made here: environment, demo, caches
	rm -rf .venv demo dist build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
