# Two commands: `make demo` solves the flagship, `make test` runs every check.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
JOBS ?= 2
PYTEST := $(BIN)/python -m pytest -q -n $(JOBS) --dist loadgroup

.PHONY: demo test quick lint instances reference docs clean

demo: $(VENV)/installed
	$(BIN)/capstack solve instances/anthropic-50b.yaml

test: lint
	$(PYTEST)

quick: lint
	$(PYTEST) -m "not slow"

lint: $(VENV)/test-ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# every shipped instance to its own gap, within its own time limit
instances: $(VENV)/installed
	$(BIN)/python scripts/solve_instances.py instances

# the committed answer of the flagship
reference: $(VENV)/installed
	$(BIN)/python scripts/write_reference.py

# what is generated from the schema
docs: $(VENV)/installed
	$(BIN)/python -m optimizer.instance.reference
	$(BIN)/python -m optimizer.compare.reference

$(VENV)/python-ready:
	sh scripts/make_venv.sh $(PYTHON) $(VENV)
	touch $@

$(VENV)/installed: $(VENV)/python-ready pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable .
	touch $@

$(VENV)/test-ready: $(VENV)/python-ready pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[test]'
	touch $@ $(VENV)/installed

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis
