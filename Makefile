# One command for every chore. `make` alone lists them.
PYTHON ?= python3
BIN := .venv/bin
SETUP := pyproject.toml scripts/setup.sh
PROBLEM = $(shell sh scripts/check-python.sh "$(PYTHON)")
NODE_PROBLEM = $(shell sh scripts/check-node.sh)
PAGES := $(shell find frontend -path frontend/node_modules -prune -o -type f -print 2>/dev/null) \
	scripts/build-pages.sh src/mesoplan/catalogue/data/face/canonical.json
COMPILE := $(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --universal \
	--python-version 3.11 --no-header pyproject.toml --extra clinic \
	--group build

.DEFAULT_GOAL := help
.PHONY: help demo face test lint docs pages bench lock clean

help: ## list the targets
	@echo "make TARGET, where TARGET is one of:"
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  \1\t\2/p' $(MAKEFILE_LIST) | expand -t 10

demo: .venv/.runtime .venv/.pages ## set up, plan one example into demo/, say where the files lie
	@rm -rf demo
	@$(BIN)/mesoplan plan examples/facial-rejuvenation.toml --out demo
	@echo
	@echo "The plan lies in $(CURDIR)/demo. Open first: demo/sheet.pdf, the working sheet."
	@echo "Then demo/map.svg, demo/exposure.svg, demo/patient.pdf; for programs demo/plan.json."

face: .venv/.dev .venv/.pages ## photograph to plan: a public-domain portrait, into face-demo/
	@rm -rf face-demo && mkdir face-demo
	@$(BIN)/python scripts/portrait.py face-demo/portrait.png
	@cp examples/face/facial-rejuvenation.toml face-demo/case.toml
	@$(BIN)/mesoplan landmarks face-demo/portrait.png --out face-demo/portrait.json \
		--patient-right image-left --erase examples/face/hair.json
	@$(BIN)/mesoplan plan face-demo/case.toml --out face-demo/plan
	@echo
	@echo "The plan lies in $(CURDIR)/face-demo/plan. Open first: sheet.pdf, photograph.svg, face.html."

test: .venv/.dev .venv/.pages ## run all tests
	@$(BIN)/pytest -n auto --maxprocesses 4

lint: .venv/.dev ## check style, types, imports between rooms, documentation and catalogue
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/sphinx-build -W --keep-going -q -b html docs docs/_build/html
	$(BIN)/mesoplan catalogue verify

docs: .venv/.dev ## build the documentation into docs/_build/html
	$(BIN)/sphinx-build -W --keep-going -q -b html docs docs/_build/html
	@echo "Open docs/_build/html/index.html"

pages: .venv/.pages ## build the pages that a browser shows, from frontend/

bench: .venv/.bench ## measure speed against the goals, side by side with four peers
	$(BIN)/python benchmarks/run.py

lock: .venv/.dev ## resolve the requirements again, with hashes, into requirements/
	$(COMPILE) --upgrade -o requirements/runtime.txt
	$(COMPILE) --upgrade --group dev -c requirements/runtime.txt -o requirements/dev.txt
	$(COMPILE) --upgrade --group bench -c requirements/dev.txt -o requirements/bench.txt

clean: ## remove what can be made again, .venv too
	rm -rf .venv demo face-demo build dist docs/_build docs/reference/generated
	rm -rf frontend/node_modules src/mesoplan/web/static
	rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find src tests benchmarks docs -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/.runtime: requirements/runtime.txt $(SETUP)
	@$(if $(PROBLEM),$(error $(PROBLEM)))sh scripts/setup.sh "$(PYTHON)" runtime
	@touch $@

.venv/.dev: requirements/dev.txt $(SETUP)
	@$(if $(PROBLEM),$(error $(PROBLEM)))sh scripts/setup.sh "$(PYTHON)" dev
	@touch $@ .venv/.runtime

# A stamp outside the built folder, made only when every page is there.
.venv/.pages: $(PAGES)
	@$(if $(NODE_PROBLEM),$(error $(NODE_PROBLEM)))sh scripts/build-pages.sh
	@mkdir -p .venv
	@touch $@

.venv/.bench: requirements/bench.txt $(SETUP)
	@$(if $(PROBLEM),$(error $(PROBLEM)))sh scripts/setup.sh "$(PYTHON)" bench
	@touch $@ .venv/.runtime
