# The two commands that a newcomer needs: `make demo` and `make test`. Each does all set-up itself.
.DEFAULT_GOAL := help
UV := $(CURDIR)/scripts/uv
# What the environment is made from: when nothing of it is newer, there is nothing to set up.
SOURCES := pyproject.toml uv.lock $(wildcard packages/*/pyproject.toml packages/*/hatch_build.py) \
	$(shell find packages/pgplumb-atlas -name '*.go' -o -name 'go.*')
READY := .venv/.plumb-ready

.PHONY: help setup demo serve test check generate format lint bench clean

help: ## Show what can be made
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

setup: $(READY) ## Install uv (when missing), Python packages, sqlc, atlas and PostgreSQL

$(READY): $(SOURCES)
	@echo "Setting up .venv: sqlc, PostgreSQL, and atlas, which is compiled the first time (1 to 3 minutes)"
	@$(UV) sync --locked --quiet
	@touch $@

demo: setup ## Start PostgreSQL, migrate, generate, load data, query it, and catch drift
	@$(UV) run --no-sync python scripts/demo.py

serve: setup ## Run the example service on http://127.0.0.1:8000
	@$(UV) run --no-sync plumb apply
	@DATABASE_URL="$$($(UV) run --no-sync plumb url)" $(UV) run --no-sync python -m app.web

test: setup ## Run every test, on two cores
	@$(UV) run --no-sync pytest -n 2 --dist worksteal

check: setup ## Run the gates that CI runs
	@$(UV) run --no-sync plumb check

generate: setup ## Generate src/db from db/, src/app/sync, and the code of the examples
	@$(UV) run --no-sync plumb generate
	@$(UV) run --no-sync python scripts/sync_twins.py
	@for each in examples/*/Makefile; do $(MAKE) --no-print-directory -C $$(dirname $$each) generate; done

lint: setup ## Check format and types of the hand-written code
	@$(UV) run --no-sync ruff check
	@$(UV) run --no-sync ruff format --check
	@$(UV) run --no-sync mypy
	@for each in examples/*/; do $(UV) run --no-sync mypy $${each}src $${each}tests || exit 1; done
	@$(UV) run --no-sync pyright

format: setup ## Format the hand-written code
	@$(UV) run --no-sync ruff check --fix
	@$(UV) run --no-sync ruff format

bench: setup ## Measure reading rows beside other layers, and how generating, diffing and checking grow (some minutes)
	@$(UV) run --no-sync python bench/rows.py
	@$(UV) run --no-sync python bench/generate_scale.py
	@$(UV) run --no-sync python bench/diff_scale.py
	@$(UV) run --no-sync python bench/check.py
	@$(UV) run --no-sync python bench/copy_memory.py
	@$(UV) run --no-sync python bench/restart.py

clean: ## Remove the environment and caches; the development database stays
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache dist
