# Two commands are enough: `make run` analyses the sample calls, `make test` checks everything.
# Both set up what they need. The environment lives in .venv, what the service writes in $(OUT) and QA_DATA_DIR.

SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
OUT ?= out
UV := $(shell command -v uv 2>/dev/null)
# Two tests at a time, file by file: half of them wait for processes that start, die and are missed.
SIDE_BY_SIDE ?= -n 2 --dist=loadfile
SAMPLES = $(sort $(wildcard $(addprefix sample_audio/*.,wav mp3 flac m4a ogg)))

export PYTHONUTF8 := 1
# Containers often say that no bytecode is to be kept: every process, of which tests start hundreds, would then
# compile the whole program again.
unexport PYTHONDONTWRITEBYTECODE
# Behind a company's proxy the certificates are the system's, as pip takes them too.
export UV_SYSTEM_CERTS ?= 1

.PHONY: run serve rescore-demo test check fix lock samples clean help wheels image image-gpu bundle

help:  ## what there is
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: $(VENV)/.run  ## analyse the sample calls and write their reports to out/
	@$(BIN)/qa-service models pull whisper-base
	@QA_SETTINGS=sample_audio/qa.toml $(BIN)/qa-service analyze $(SAMPLES) --reports $(OUT)/reports

serve: $(VENV)/.run  ## the service: API and a worker, on SQLite files and a folder
	@$(BIN)/qa-service models pull whisper-base
	@$(BIN)/qa-service serve

rescore-demo: $(VENV)/.run  ## 10,000 made-up calls judged again by a changed rulebook
	@QA_DATA_DIR=$(OUT)/rescore-demo/data $(BIN)/qa-service rescore demo --out $(OUT)/rescore-demo

test: $(VENV)/.dev check  ## every check and every test
	@$(BIN)/qa-service models pull whisper-base
	@$(BIN)/qa-service models pull use-multilingual
	$(BIN)/python -m pytest $(SIDE_BY_SIDE) $(PYTEST_ARGS)

check: $(VENV)/.dev  ## style, types and the import rule
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

fix: $(VENV)/.dev  ## mend what can be mended by a tool
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Python is checked first: an old one fails late and unkindly.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' || \
	  { echo "qa-service needs Python 3.11–3.14; this is $$($(PYTHON) --version). Try: make PYTHON=python3.12 …"; exit 1; }
ifneq ($(UV),)
	$(UV) venv --quiet --python $(PYTHON) $(VENV)
else
	$(PYTHON) -m venv $(VENV)
endif

define install
	@echo "Setting up $(VENV) from $(1) …"
	$(if $(UV),$(UV) pip sync --quiet --python $(BIN)/python --require-hashes $(1),\
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(1))
	$(if $(UV),$(UV) pip install --quiet --python $(BIN)/python --no-build-isolation --no-deps -e .,\
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .)
	@touch $(2)
endef

# What tests need holds what running needs: a .dev environment is never cut back to a .run one.
$(VENV)/.run: requirements.lock pyproject.toml | $(BIN)/python
	@if [ -f $(VENV)/.dev ]; then $(MAKE) --no-print-directory $(VENV)/.dev && touch $@; \
	  else $(MAKE) --no-print-directory install-run; fi

.PHONY: install-run
install-run:
	$(call install,requirements.lock,$(VENV)/.run)

$(VENV)/.dev: requirements-dev.lock pyproject.toml | $(BIN)/python
	$(call install,requirements-dev.lock,$@)
	@touch $(VENV)/.run

# Wheels of the lock and of ourselves, made once by an interpreter of their own. Images and the bundle install
# the same way from them: with the network cut and every hash checked.
BUILD ?= build
WHEELS := $(BUILD)/wheels
PACKER := $(BUILD)/venv/bin/python
PIP := -m pip --quiet --disable-pip-version-check
MODELS ?= whisper-base
OURS = pyproject.toml README.md LICENSE $(shell find qa_service models/manifest.toml models/weights -type f -not -name '*.pyc')

$(PACKER):
	$(PYTHON) -m venv $(BUILD)/venv

wheels: $(WHEELS)/.lock  ## the wheels of the lock
$(WHEELS)/.lock: requirements.lock | $(PACKER)
	@rm -rf $(WHEELS)
	$(PACKER) $(PIP) wheel --require-hashes -r requirements.lock -w $(WHEELS)
	$(PACKER) $(PIP) install --no-index --find-links $(WHEELS) hatchling
	@touch $@

$(WHEELS)/wheels.lock: $(WHEELS)/.lock $(OURS)
	@rm -f $(WHEELS)/qa_service-*.whl
	$(PACKER) $(PIP) wheel --no-deps --no-build-isolation -w $(WHEELS) .
	$(PACKER) qa_service/lab/bundle/pins.py $(WHEELS)

image: $(WHEELS)/wheels.lock  ## what the Dockerfile installs, into $(VENV)
	PYTHON=$(PYTHON) sh qa_service/lab/bundle/install.sh $(VENV) $(WHEELS)

image-gpu: image  ## the same with NVIDIA's libraries
	$(BIN)/python $(PIP) install --require-hashes -r requirements-gpu.lock

bundle: $(WHEELS)/wheels.lock $(VENV)/.run  ## dist/: one archive that installs without a network (MODELS="name …")
	@for model in $(MODELS); do $(BIN)/qa-service models pull $$model || exit 1; done
	$(BIN)/python -m qa_service.lab.bundle --lock requirements.lock --wheels $(WHEELS) --models "$(MODELS)" --out dist

lock:  ## resolve the dependencies anew (needs uv)
	$(UV) pip compile -q --universal --generate-hashes --no-header --no-emit-index-url --python-version 3.11 \
	  pyproject.toml --group build -o requirements.lock
	$(UV) pip compile -q --universal --generate-hashes --no-header --no-emit-index-url --python-version 3.11 \
	  pyproject.toml --group build --group dev -o requirements-dev.lock
	$(UV) pip compile -q --universal --generate-hashes --no-header --no-emit-index-url --python-version 3.11 \
	  --group pyproject.toml:gpu -o requirements-gpu.lock

clean:  ## remove what make made
	rm -rf $(VENV) $(OUT) $(BUILD) dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
