# `make run` is all that a new machine needs; `make help` lists the rest.
HOST ?= 127.0.0.1
PORT ?= 8000
DATA_DIR ?= ./data
MINUTES ?= 10

.PHONY: help setup run test bench bench-scale load lint format lock
help: ## this list
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

setup: ## the environment, up to date with the checkout
	@bin/setup

run: setup ## everything, then serve (HOST=, PORT=, DATA_DIR=)
	@exec .venv/bin/todo-server serve --host "$(HOST)" --port "$(PORT)" --data-dir "$(DATA_DIR)"

.dev:
	@bin/setup dev

test: .dev ## all tests (ARGS= for pytest; three at once, since they wait more than they work)
	@.venv/bin/python -m pytest -n 3 --dist loadfile $(ARGS)

bench: .dev ## what the server makes of the machine, beside its limits (ARGS=--quick for a minute)
	@.venv/bin/python -m bench $(ARGS)

load: .dev ## a hundred people at once, 10 minutes with pauses and 10 without (MINUTES=)
	@.venv/bin/python -m bench.endurance --minutes "$(MINUTES)"

bench-scale: .dev ## how cost grows up to 5 million tasks, two processes, PgBouncer (20 minutes, 5 GB; ARGS=--quick)
	@.venv/bin/python -m bench.scale $(ARGS)

lint: .dev ## formatter, linters, types, architecture and migrations
	@bin/lint

format: .dev ## put the code into its form
	@.venv/bin/ruff format . && .venv/bin/ruff check --fix .

lock: .dev ## resolve requirements/*.in anew
	@bin/lock
