# `make run` is all that a new machine needs; `make help` lists the rest.
HOST ?= 127.0.0.1
PORT ?= 8000
DATA_DIR ?= ./data
MINUTES ?= 10
CYCLES ?= 20
N ?= 20000
RECORDS ?= 100000
KILLS ?= 20
LINKS ?= tls pooler pooler-prepared idle-cut
SERVER ?= http://$(HOST):$(PORT)

.PHONY: $(shell sed -n 's/^\([a-z.-]*\):.*/\1/p' $(firstword $(MAKEFILE_LIST)))
help: ## this list
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

setup: ## the environment and the web page, up to date with the checkout
	@bin/setup

run: setup ## everything, then serve (HOST=, PORT=, DATA_DIR=)
	@exec .venv/bin/todo-server serve --host "$(HOST)" --port "$(PORT)" --data-dir "$(DATA_DIR)"

dev: .dev ## the web page with hot reload, against a server that runs (SERVER=http://127.0.0.1:8000)
	@TODO_SERVER="$(SERVER)" exec bin/with-node npm --prefix frontend run --silent dev

.dev:
	@bin/setup dev

test: .dev ## all tests (ARGS= for pytest; three at once, since they wait more than they work)
	@.venv/bin/python -m pytest -n 3 --dist loadfile $(ARGS)

test-links: .dev ## what depends on the link to the database, over TLS, PgBouncer and cut connections (LINKS=, PGBOUNCER=)
	@bin/test-links $(LINKS)

shutdown: .dev ## SIGTERM under load: nothing accepted is dropped (CYCLES=)
	@.venv/bin/python -m durability.shutdown --cycles "$(CYCLES)"

e2e: .dev ## the web page in Chromium, against the real server (ARGS= for pytest)
	@.venv/bin/python -m pytest tests/e2e -n 2 --dist loadfile $(ARGS)

story: .dev ## the three stories of people, played on a fresh clone
	@.venv/bin/python -m pytest tests/stories $(ARGS)

parity: .dev ## the same random operations on rules, file, API, account and page, compared after each (N=, SEED=, ARGS=)
	@.venv/bin/python -m parity --steps "$(N)" --page 40 $(if $(SEED),--seed "$(SEED)") $(ARGS)

migration-proof: .dev ## a file with dirt through push and import-json, killed again and again (RECORDS=, KILLS=)
	@.venv/bin/python -m parity.migration --records "$(RECORDS)" --kills "$(KILLS)"

faults: .dev ## what people see while the database fails (5 minutes; ARGS=--disasters, --commits=1000, --only=reset)
	@.venv/bin/python -m durability.faults $(ARGS)

pentest: .dev ## attacks on a running server, and controls taken out one by one (40 minutes; QUICK=1 for 3)
	@[ -n "$(QUICK)" ] || bin/setup-attack
	@.venv/bin/python -m pentest $(if $(QUICK),--quick) $(ARGS)

static: .dev ## bandit, semgrep with our own rules and their proof, and the list of packages (build/sbom.json)
	@bin/static

bench: .dev ## what the server makes of the machine, beside its limits (ARGS=--quick for a minute)
	@.venv/bin/python -m bench $(ARGS)

load: .dev ## a hundred people at once, 10 minutes with pauses and 10 without (MINUTES=)
	@.venv/bin/python -m bench.endurance --minutes "$(MINUTES)"

bench-scale: .dev ## how cost grows up to 5 million tasks, two processes, PgBouncer (20 minutes, 5 GB; ARGS=--quick)
	@.venv/bin/python -m bench.scale $(ARGS)

crash: .dev ## kill -9 under load and a look at every task, three seconds a cycle (CYCLES=, SEED=)
	@.venv/bin/python -m durability.crash --cycles "$(CYCLES)" $(if $(SEED),--seed "$(SEED)") $(ARGS)

bench-console: .dev ## the CPU of `todo` with 10,000 tasks in its file
	@.venv/bin/python -m bench.console

bench-page: .dev ## how quick the page is with 10,000 tasks, in Chromium (ARGS="--rounds 5")
	@.venv/bin/python -m bench.page $(ARGS)

lighthouse: .dev ## Lighthouse on every page (installs 185 MB below bench/lighthouse; ARGS="--times 3")
	@bin/with-node npm --prefix bench/lighthouse ci --ignore-scripts --no-progress --loglevel=error >/dev/null
	@.venv/bin/python -m bench.lighthouse $(ARGS)

alerts: ## the alert rules and their tests, by promtool (Debian: prometheus)
	@promtool check rules ops/prometheus/alerts.yml && promtool test rules ops/prometheus/alerts.test.yml

pictures: .dev ## the pictures of docs/images, from the page as it is
	@.venv/bin/python -m bench.page.pictures

docs: .dev ## the documents as a site, in build/docs
	@bin/docs

lint: .dev ## formatter, linters, types, architecture, migrations and the web page
	@bin/lint

format: .dev ## put the code into its form
	@.venv/bin/ruff format . && .venv/bin/ruff check --fix .

types: .dev ## the page's types, from the server's OpenAPI document
	@bin/with-node npm --prefix frontend run --silent types

lock: .dev ## resolve requirements/*.in anew
	@bin/lock
