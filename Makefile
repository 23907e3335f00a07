# `make` alone lists what there is. The set-up itself is in ui/setup/install.py; run again, it looks at
# what is done and ends at once.

PYTHON ?= python3
RUN := .venv/bin/python
# Two processes share the tests, a file each at a time, in the order of tests/conftest.py. Each has
# one browser, one server of the sample and one copy of a model.
TWO := -n 2 --dist loadfile --no-loadscope-reorder

# Where Python is told to keep no compiled files, each of the many processes of the tests compiles
# all modules again.
test fast hostile: export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help setup chat test fast hostile check format lock benchmark clean

help:  ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup:  ## install everything into .venv and fetch both models
	@$(PYTHON) -m ui.setup.install

chat: setup  ## open the chat page over the sample articles
	@.venv/bin/sourcebook chat --sample

test: setup  ## run the whole test suite
	@$(RUN) -m pytest $(TWO)

fast: setup  ## run the quick tests that need neither models nor browser
	@$(RUN) -m pytest $(TWO) -m "not real and not browser and not slow"

hostile: setup  ## run the tests with hostile files in their full size
	@$(RUN) -m pytest -m "hostile or not hostile" tests/index/reading/test_sandbox.py \
		tests/index/reading/test_hostile_files.py

check: setup  ## lint, format, types and layers, over everything
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(RUN) -m mypy
	$(RUN) -m mypy tests
	$(RUN) -m pyright
	.venv/bin/lint-imports --no-cache

format:  ## let ruff put things in order
	$(RUN) -m ruff check --fix .
	$(RUN) -m ruff format .

lock: setup  ## write requirements.lock anew from pyproject.toml
	@$(RUN) tests/tools/write_lock.py

benchmark: setup  ## measure speed and memory on this machine
	@$(RUN) -m sourcebook.eval.benchmark

clean:  ## remove .venv and what the tools leave behind; the models stay
	rm -rf .venv build dist *.egg-info .import_linter_cache .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
