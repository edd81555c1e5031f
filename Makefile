# Two commands: `make demo` solves the flagship, `make test` runs every check.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
JOBS ?= 2
BASE ?= main
PLANS ?= known
PYTEST := $(BIN)/python -m pytest -q -n $(JOBS) --dist loadgroup

.PHONY: demo test thorough quick lint coverage instances reference docs same bench clean

demo: $(VENV)/installed
	$(BIN)/capstack solve instances/anthropic-50b.yaml

test: lint $(VENV)/office-asked
	$(PYTEST)

# as `test`, with all examples of searches that try half of them there
thorough: lint $(VENV)/office-asked
	CAPSTACK_THOROUGH=1 $(PYTEST)

quick: lint
	$(PYTEST) -m "not slow"

lint: $(VENV)/test-ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/vulture

# which lines the quick tests do not run, by package; some ten minutes, and no gate
coverage: $(VENV)/test-ready
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -q -n $(JOBS) --dist loadgroup -m "not slow"
	$(BIN)/coverage combine --quiet
	$(BIN)/python -m scripts.coverage_page

# every shipped instance to its own gap, within its own time limit
instances: $(VENV)/installed
	$(BIN)/python scripts/solve_instances.py instances

# the committed answer of the flagship, certified, and the pages that show it
reference: $(VENV)/test-ready
	$(BIN)/python -m scripts.write_reference

# what is generated from the schema, from the contract and from docstrings
docs: $(VENV)/installed
	$(BIN)/python -m optimizer.instance.reference
	$(BIN)/python -m optimizer.comparison.reference
	$(BIN)/python -m optimizer.uncertainty.reference
	$(BIN)/python -m scripts.api_page
	$(BIN)/python -m scripts.model_page
	$(BIN)/python -m scripts.why_page

# what this tree and a revision make of every instance, byte by byte: fails, and names what differs, if anything does
same: $(VENV)/installed
	$(BIN)/python scripts/same.py against $(BASE) --keep .same --plans $(PLANS) --jobs $(JOBS)

# measurements against peers, about an hour on a quiet machine; QUICK=1 takes some minutes. No gate.
BENCH_RESULTS := results/benchmarks.json
# the checkout or revision that this one is measured against, the first edition; none if empty
OTHER ?= ab726fb
# limits by the clock are so many times as long: 1 on a quiet machine
STRETCH ?= 1
BENCH_FLAGS := --out $(BENCH_RESULTS) $(if $(QUICK),--quick --runs 1)

# BENCH names rows of the table of bars: they alone are measured, and written into the page
bench: $(VENV)/bench-ready
ifdef BENCH
	$(BIN)/python -m benchmarks.bars $(BENCH) --out $(BENCH_RESULTS) $(if $(QUICK),--quick) --stretch $(STRETCH)
	$(BIN)/python -m benchmarks.report $(BENCH_RESULTS)
else
	$(BIN)/python -m benchmarks.phases $(BENCH_FLAGS)
	$(BIN)/python -m benchmarks.compile $(BENCH_FLAGS)
	$(BIN)/python -m benchmarks.gap $(BENCH_FLAGS)
	$(BIN)/python -m benchmarks.sweep $(BENCH_FLAGS)
	$(if $(OTHER),$(BIN)/python -m benchmarks.edition $(OTHER) $(BENCH_FLAGS))
	$(BIN)/python -m benchmarks.bars --out $(BENCH_RESULTS) $(if $(QUICK),--quick) --stretch $(STRETCH)
	$(BIN)/python -m benchmarks.report $(BENCH_RESULTS)
endif

$(VENV)/python-ready:
	sh scripts/make_venv.sh $(PYTHON) $(VENV)
	touch $@

$(VENV)/installed: $(VENV)/python-ready pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable .
	touch $@

$(VENV)/test-ready: $(VENV)/python-ready pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[test]'
	touch $@ $(VENV)/installed

# LibreOffice, a browser and pdftoppm where they may be installed; the tests that need them are skipped elsewhere
$(VENV)/office-asked: $(VENV)/python-ready scripts/set_up_office.sh
	sh scripts/set_up_office.sh
	touch $@

# benchmarks alone bring what is not pinned: another solver, another modelling layer
$(VENV)/bench-ready: $(VENV)/python-ready pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[bench]'
	touch $@ $(VENV)/installed

clean:
	rm -rf $(VENV) .coverage .mypy_cache .pytest_cache .ruff_cache .hypothesis .same
