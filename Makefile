# Opsflow. `make` alone lists what there is. Every target can be repeated and does nothing twice.

PYTHON ?= python3
WORKERS ?= 2
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input

.DEFAULT_GOAL := help
.PHONY: help run web test test-all fuzz upgrade-drill check format bench migration clean browser python

help: ## 列出所有命令 / list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/.run-installed ## 准备并启动一切 / prepare and serve everything on http://127.0.0.1:8000
	@$(BIN)/python web/build.py || echo "· 网页未构建 / serving without the web application" >&2
	@exec $(BIN)/opsflow run

web: $(VENV)/.run-installed ## 构建网页 / build the web application into web/dist
	@exec $(BIN)/python web/build.py

test: $(VENV)/.dev-installed web browser ## 运行全部测试 / run the whole test suite
	@exec $(BIN)/pytest -n $(WORKERS) $(ARGS)

test-all: $(VENV)/.dev-installed web browser ## 连同完整组合的测试 / the suite with every combination, not a selection
	@exec $(BIN)/pytest -n $(WORKERS) -m "wide or not wide" $(ARGS)

fuzz: $(VENV)/.dev-installed ## 随机试验 / hundreds of thousands of random cases: make fuzz ARGS="token-game --count 200000 --seed 1"
	@exec $(BIN)/python -m tests.fuzz $(ARGS)

upgrade-drill: $(VENV)/.dev-installed ## 升级演练 / the engine's suite against another SpiffWorkflow: make upgrade-drill SPIFF=3.1.2
	@exec $(BIN)/python -m tests.upgrade_drill $(SPIFF)

check: $(VENV)/.dev-installed web ## 检查格式、类型与分层 / ruff, mypy, the import layers, tsc and eslint
	@status=0; for tool in "ruff check ." "ruff format --check ." "mypy" "lint-imports" "python web/build.py --check"; do \
		echo "· $$tool"; $(BIN)/$$tool || status=1; done; exit $$status

format: $(VENV)/.dev-installed ## 整理代码格式 / format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.dev-installed web ## 测量性能预算 / measure every budget, each beside its limit
	@exec $(BIN)/python -m bench $(ARGS)

migration: $(VENV)/.dev-installed ## 起草迁移 / draft a migration: make migration REVISION=0002 MESSAGE="say what"
	@$(BIN)/python -m engine.persistence.migrations "$(REVISION)" "$(MESSAGE)" engine.persistence.tables operations.tables
	@$(BIN)/ruff format --quiet engine/persistence/migrations && $(BIN)/ruff check --quiet --fix engine/persistence/migrations

clean: ## 删除虚拟环境、网页构建与缓存，保留数据 / remove .venv, builds and caches; data under var/ stays
	rm -rf $(VENV) web/node_modules web/dist web/openapi.json web/src/api/schema.d.ts *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

$(VENV)/bin/python: | python
	@echo "· $(VENV)"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.run-installed: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "· 安装依赖 / installing dependencies"
	@$(PIP) install --quiet --constraint constraints.txt --editable .
	@touch $@

$(VENV)/.dev-installed: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "· 安装依赖与测试工具 / installing dependencies and test tools"
	@$(PIP) install --quiet --constraint constraints.txt --editable '.[test,dev]'
	@touch $@ $(VENV)/.run-installed

browser: $(VENV)/.dev-installed
	@for program in "$$OPSFLOW_CHROMIUM" chromium chromium-browser google-chrome; do command -v "$$program" >/dev/null && exit 0; done; \
	echo "· 安装浏览器 / installing a browser"; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; \
	then apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk; \
	else $(BIN)/playwright install chromium; \
	fi || echo "· 没有浏览器，跳过网页测试 / no browser: the tests of the web application are skipped" >&2

python:
	@command -v $(PYTHON) >/dev/null || { echo "opsflow: no $(PYTHON): install Python 3.11 or newer, or say PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "opsflow: $$($(PYTHON) --version) is too old: Opsflow needs 3.11 or newer; say PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "opsflow: Python's venv is missing: apt-get install python3-venv" >&2; exit 1; }
