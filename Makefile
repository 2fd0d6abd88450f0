# make run    the demo program on http://127.0.0.1:8000 (PORT=8001 for another port, DEMO_MODE=0 without the demo)
# make test   every check and every test; installs what it needs where it may
# make lint   the checks alone       make lock   the hashed requirements       make messages   the translations

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DEFAULT_GOAL := run
.PHONY: run test lint lock messages

PORT ?= 8000
DEMO_MODE ?= 1
PY := .venv/bin/python
MANAGE := $(PY) manage.py
PIP := $(PY) -m pip install --quiet --disable-pip-version-check --require-hashes

run: .venv/run.stamp
	@export DEMO_MODE='$(DEMO_MODE)' SITE_URL="$${SITE_URL:-http://127.0.0.1:$(PORT)}"
	# One process, because each start of manage.py takes more than a second. It dies with make, however make dies.
	exec $(PY) -m core.tether $$PPID $(MANAGE) up --port '$(PORT)' --first 'migrate --verbosity 0' \
	  --first 'createcachetable --verbosity 0' --first 'collectstatic --no-input --verbosity 0' \
	  --first $(if $(filter 1,$(DEMO_MODE)),create_demo_data,programs)

.venv/bin/python:
	@for python in "$${PYTHON:-python3}" python3.13 python3.12 python3.11; do
	  if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then break; fi
	  python=
	done
	if [ -z "$$python" ]; then echo "Handrail needs Python 3.11 or newer. On Debian: sudo apt-get install python3 python3-venv"; exit 1; fi
	if ! "$$python" -c 'import ensurepip, venv' 2>/dev/null; then
	  echo "Python's venv is missing. On Debian or Ubuntu: sudo apt-get install python3-venv"; exit 1
	fi
	"$$python" -m venv .venv

.venv/run.stamp: requirements.txt | .venv/bin/python
	@echo "Installing what Handrail needs into .venv ..."
	$(PIP) -r requirements.txt
	touch $@

.venv/dev.stamp: requirements.txt requirements-dev.txt | .venv/bin/python
	@echo "Installing what the tests need into .venv ..."
	$(PIP) -r requirements-dev.txt
	touch .venv/run.stamp $@

# Production settings with throw-away secrets, for `check --deploy`.
PRODUCTION = DATABASE_URL=postgres://localhost/handrail REDIS_URL=redis://localhost SITE_URL=https://handrail.example \
  ALLOWED_HOSTS=handrail.example DEFAULT_FROM_EMAIL=notices@handrail.example EMAIL_URL=smtp://localhost \
  SECRET_KEY="$$(head -c 60 /dev/urandom | base64 -w0)" AUDIT_KEY="$$(head -c 60 /dev/urandom | base64 -w0)" \
  FIELD_KEYS="$$($(MANAGE) new_field_key)"

lint: .venv/dev.stamp
	@set -x
	export VAR_DIR="$$(mktemp -d)"; trap 'rm -rf "$$VAR_DIR"' EXIT
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy .
	.venv/bin/djlint templates --quiet --check --lint
	$(MANAGE) makemigrations --check --dry-run
	$(MANAGE) check --fail-level WARNING
	$(PRODUCTION) $(MANAGE) check --deploy --fail-level WARNING

# With CI set nothing may be left out; elsewhere what is missing is named and left out.
test: .venv/dev.stamp
	@if ! .ci/services && [ -n "$${CI:-}" ]; then exit 1; fi
	$(MAKE) --no-print-directory lint
	$(PY) -m pytest -n 2 --dist loadgroup --db=sqlite
	if .ci/services --has postgresql redis-server; then
	  $(PY) -m pytest -n 2 --dist loadgroup --db=postgres
	else
	  echo "Left out: the tests on PostgreSQL and Redis."
	fi

lock: .venv/dev.stamp
	@compile() { .venv/bin/uv pip compile -q --universal --generate-hashes --python-version 3.11 --no-emit-index-url \
	  --no-emit-find-links --custom-compile-command 'make lock' "$$1.in" -o "$$1.txt"; }
	compile requirements
	compile requirements-dev

messages: .venv/dev.stamp
	@$(MANAGE) makemessages --locale es --no-location --ignore '.venv*' --ignore var
	$(MANAGE) compilemessages --locale es --ignore '.venv*'
