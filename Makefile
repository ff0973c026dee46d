# Everything a contributor runs. `make help` lists the targets. Needs git, make and Python 3.11 or newer; all else comes with pip.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

BIN := .venv/bin
STAMP := .venv/installed
EVAL := ../shared/eval
KILLS := 100
ROUNDS := 3
ITEMS := 2000000
FROM = $(shell git describe --tags --abbrev=0)
# An index or a host of packages that is set on one machine must not end up in files that all machines read.
LOCK = $(BIN)/uv pip compile --quiet --no-header --no-emit-index-url --no-emit-find-links --generate-hashes --universal --python-version 3.11

.PHONY: help install demo test check fix lock docs broker quality wire bench peers chaos faults endurance upgrade check-deploy clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(STAMP) ## make .venv with the copydesk command

# Plain pip, each file checked against its hash. Quick when nothing changed: the stamp is newer than what it depends on.
$(STAMP): requirements/dev.txt pyproject.toml
	@python=$${PYTHON:-}; \
	for name in python3.11 python3.12 python3.13 python3 python3.14; do \
		[ -z "$$python" ] || break; \
		if $$name -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then python=$$name; fi; \
	done; \
	if [ -z "$$python" ] && [ ! -x $(BIN)/python ]; then \
		echo "No Python 3.11 or newer with the venv module was found. Install one (Debian, Ubuntu: apt install python3 python3-venv)," >&2; \
		echo "or name it: make install PYTHON=/path/to/python3" >&2; \
		exit 1; \
	fi; \
	if [ ! -x $(BIN)/python ]; then echo "making .venv with $$($$python --version)"; $$python -m venv .venv; fi
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip >/dev/null
	@echo "installing packages into .venv, each checked against its hash"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $@

demo: install ## show the whole thing: Kafka, the worker and a few sample items
	@$(BIN)/copydesk demo

test: install ## run all tests, those with Kafka too
	@$(BIN)/copydesk broker --fetch-only
	$(BIN)/pytest -q

check: install ## lint, format, types and the rules of what may import what
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

fix: install ## mend what ruff can mend
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

lock: install ## write the pinned requirement files anew
	$(LOCK) requirements/run.in -o requirements/run.txt
	$(LOCK) requirements/dev.in -o requirements/dev.txt
	$(LOCK) requirements/train.in -o requirements/train.txt
	$(LOCK) requirements/peers.in -o requirements/peers.txt

docs: install ## write anew the docs that are made from code
	$(BIN)/copydesk config --markdown > docs/configuration.md
	$(BIN)/python -m worker.metrics_page > docs/metrics.md

broker: install ## run Apache Kafka on this machine until Ctrl-C
	@$(BIN)/copydesk broker

quality: install ## score labelled newswire beside the goals (needs the evaluation sets)
	@$(BIN)/python -m bench.quality --eval $(EVAL)

wire: install ## feed 19,562 real items through Kafka and the worker (needs the evaluation sets)
	@$(BIN)/python -m bench.wire $(EVAL)/dedupe/wire_stream_1987.dev.jsonl.gz

bench: install ## measure the speed of the parts, each beside something simple
	@for file in bench/bench_*.py; do name=$${file#bench/}; echo "== $${name%.py}"; $(BIN)/python -m bench.$${name%.py}; done

peers: install ## run Copydesk beside what could be taken instead (ROUNDS=3); installs the peers in .venv-peers
	$(BIN)/python -m bench.peers --rounds $(ROUNDS)

chaos: install ## hurt workers at random, and judge what readers saw (KILLS=100)
	$(BIN)/python -m bench.chaos --kills $(KILLS)

faults: install ## hurt broker, network, clock and topics in turn, and judge what readers saw
	$(BIN)/python -m bench.faults

endurance: install ## feed many items in one run and draw what the worker uses (ITEMS=2000000)
	$(BIN)/python -m bench.endurance --items $(ITEMS)

upgrade: install ## restart a fleet under load from another state of this repository to this one, and back (FROM=tag)
	$(BIN)/python -m bench.upgrade --from $(FROM)

check-deploy: install ## check image, compose, chart, alerts and dashboard (root on Debian, Go; installs what it needs)
	@deploy/check.sh

clean: ## remove .venv and what tools left behind
	rm -rf .venv .venv-peers build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache ./*.egg-info
	find worker tests bench -name __pycache__ -type d -prune -exec rm -rf {} +
