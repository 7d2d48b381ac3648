# make run     the app with the sample graphs; ARGS="checkpoints.sqlite --port 9000" are given to the command
# make test    everything that must hold: lint, types, tests, also in a real browser
#              (ARGS="tests/screens -k sandbox" runs those tests alone)
# make test-latest   the tests with the newest releases of all that the app stands on, in .venv-latest: what broke
#              (ARGS as above)
# make coverage   which lines of ui/ no test goes through, also in the app's and the workers' processes, beside the browser's
#              tests; the pages are in build/coverage/pages (ARGS as above)
# make soak    every promise of docs/security.md, tried at length (ARGS="--only NAME --seed 2" tries one of them alone)
# make lint    ruff, mypy, and the doors between the rooms (pyproject.toml, importlinter) alone
# make bench   how long the big store takes, beside LangGraph's own reading
# make docs    README and docs/ as a site in build/docs, which needs no network to be read
# make picture the pictures of docs/: the processes, and the imports between the rooms
# make constraints   write the lists of versions anew (constraints/), from what clean environments get today
#
# Needs make, and Python 3.11 or later with pip. All else goes into .venv, in the versions of constraints/timetravel.txt;
# the LangGraph server that the tests start has .venv-server and constraints/server.txt for itself, and old LangGraphs,
# which workers and stores are tested with, have .venv-old and constraints/old.

VENV := .venv
BIN := $(VENV)/bin
STAMP_RUN := $(VENV)/.installed-to-run
STAMP_TEST := $(VENV)/.installed-to-test
STAMP_DOCS := $(VENV)/.installed-for-docs
SERVER_VENV := .venv-server
STAMP_SERVER := $(SERVER_VENV)/.installed
LATEST_VENV := .venv-latest
OLD_VENVS := .venv-old
STAMP_OLD := $(OLD_VENVS)/.installed
ARGS ?=
SPREAD := --dist loadfile --no-loadscope-reorder

# Old versions of pip take the first for the build as well, new ones want the second.
# Only where this folder is the current one, and relative: pip would split a path at its spaces.
$(STAMP_RUN) $(STAMP_TEST) $(STAMP_DOCS): export PIP_CONSTRAINT := constraints/timetravel.txt
$(STAMP_RUN) $(STAMP_TEST) $(STAMP_DOCS): export PIP_BUILD_CONSTRAINT := constraints/timetravel.txt
$(STAMP_SERVER): export PIP_CONSTRAINT := constraints/server.txt
$(STAMP_SERVER): export PIP_BUILD_CONSTRAINT := constraints/server.txt
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1
# Hundreds of processes that the tests start import LangGraph: compiled once it takes 1.2 s, compiled each time 3 s.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test test-in-a-browser test-without-one test-latest coverage soak lint bench docs picture constraints clean
.DELETE_ON_ERROR:

run: $(STAMP_RUN)
	@$(BIN)/python -m ui.cli $(ARGS)

# The environments are made at the same time, and a test that lacks one fails. There are more processes than two cores can
# feed, since many tests wait; those in a browser come by themselves: beside the others their pages came too late for what
# they were to show (a run was over), and the whole took as long. The order of the files is that of tests/conftest.py.
test: export TIMETRAVEL_NOTHING_LEFT_OUT := 1
test:
	@$(MAKE) --no-print-directory -j 3 $(STAMP_SERVER) $(STAMP_OLD) lint
	@$(BIN)/python -m scripts.chromium
ifeq ($(strip $(ARGS)),)
	@$(MAKE) --no-print-directory test-without-one
	@$(MAKE) --no-print-directory test-in-a-browser
else
	$(BIN)/python -m pytest $(ARGS)
endif

test-in-a-browser:
	$(BIN)/python -m pytest -n 2 $(SPREAD) tests/browser

test-without-one:
	$(BIN)/python -m pytest -n 3 $(SPREAD) --ignore tests/browser

# Installs each time: what is newest today. The servers and old LangGraphs that tests start are those of `make test`.
test-latest: $(LATEST_VENV)/bin/python $(STAMP_SERVER) $(STAMP_OLD)
	@$(LATEST_VENV)/bin/python scripts/environments/try_latest.py $(ARGS)

# A test that measures time may fail, since to be watched takes time: what was gone through is told all the same.
coverage: $(STAMP_TEST) $(STAMP_SERVER) $(STAMP_OLD)
	@rm -rf build/coverage && mkdir -p build/coverage
	-$(BIN)/python -m coverage run -m pytest -n 3 $(SPREAD) $(or $(ARGS),--ignore tests/browser)
	@$(BIN)/python -m coverage combine --quiet
	@$(BIN)/python -m coverage html --quiet
	@$(BIN)/python -m coverage report

soak: $(STAMP_TEST)
	@$(BIN)/python -m scripts.chromium
	@$(BIN)/python -m tests.soak $(ARGS)

lint: $(STAMP_TEST)
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m mypy
	$(BIN)/python -m deptry . --no-ansi
	$(BIN)/python -c "from importlinter.cli import lint_imports_command as check; check()" --no-cache --no-logo

bench: $(STAMP_RUN)
	@$(BIN)/python -m scripts.bench $(ARGS)

docs: $(STAMP_DOCS)
	@$(BIN)/python -m mkdocs build --quiet --strict --config-file scripts/mkdocs.yml
	@echo "the site is in build/docs: open build/docs/index.html, or to search it: python3 -m http.server -d build/docs"

picture: $(STAMP_DOCS)
	@$(BIN)/python -m scripts.picture $(ARGS)

# A stamp is newer than what it was installed from, so that a second run installs nothing.
$(STAMP_RUN): pyproject.toml constraints/timetravel.txt $(BIN)/python
	@echo "installing into $(VENV): once, and it may take some minutes"
	@$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(STAMP_TEST): pyproject.toml constraints/timetravel.txt $(BIN)/python
	@echo "installing into $(VENV), with what the tests need: once, and it may take some minutes"
	@$(BIN)/python -m pip install --quiet --no-compile --editable ".[test,llm]"
	@touch $@ $(STAMP_RUN)

# No constraint names what the site is made with: no test needs it.
$(STAMP_DOCS): pyproject.toml constraints/timetravel.txt $(BIN)/python
	@echo "installing into $(VENV), with what the site is made with: once"
	@$(BIN)/python -m pip install --quiet --no-compile --editable ".[docs]"
	@touch $@ $(STAMP_RUN)

$(STAMP_SERVER): constraints/server.txt $(SERVER_VENV)/bin/python
	@echo "installing a LangGraph server for the tests into $(SERVER_VENV): once"
	@$(SERVER_VENV)/bin/python -m pip install --quiet --no-compile "langgraph-cli[inmem]"
	@touch $@

$(STAMP_OLD): export PIP_CONSTRAINT :=
$(STAMP_OLD): scripts/environments/make_old_langgraphs.sh $(wildcard constraints/old/*.txt)
	@echo "installing old LangGraphs for the tests into $(OLD_VENVS): once"
	@sh scripts/environments/make_old_langgraphs.sh $(OLD_VENVS)
	@touch $@

$(SERVER_VENV)/bin/python:
	@sh scripts/environments/make_venv.sh $(SERVER_VENV)

$(LATEST_VENV)/bin/python:
	@sh scripts/environments/make_venv.sh $(LATEST_VENV)

$(BIN)/python:
	@sh scripts/environments/make_venv.sh $(VENV)

constraints:
	sh scripts/environments/make_constraints.sh

clean:
	rm -rf $(VENV) $(SERVER_VENV) $(LATEST_VENV) $(OLD_VENVS) build dist
