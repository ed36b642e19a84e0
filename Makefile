# 两条命令：make demo 跑一遍全过程，make test 通过全部测试。缺什么由 tools/prepare.sh 补上。
SHELL := /bin/sh
PY := .venv/bin/python
CORES := $(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1)
PYTEST_ARGS ?= $(if $(filter 1,$(CORES)),,-n 2)
OFFICE ?= 1
export PYTHONUTF8 := 1

.PHONY: help demo test lint templates bundle bench pictures clean prepare prepare-office

help:
	@echo "make demo       示例县全过程（一分钟以内）"
	@echo "make test       静态检查和全部测试（会安装 LibreOffice；OFFICE=0 则不装，相关测试跳过）"
	@echo "make lint       静态检查：ruff、mypy、import-linter"
	@echo "make templates  重建 workbook_templates/"
	@echo "make bundle     Windows 离线安装包"
	@echo "make bench      速度对比"
	@echo "make pictures   用 LibreOffice 把模板画成图片"
	@echo "make clean      删除生成物（保留 .venv；连它一起删：rm -rf .venv）"

prepare:
	@sh tools/prepare.sh python

prepare-office:
	@sh tools/prepare.sh $(if $(filter 0,$(OFFICE)),python,office)

demo: prepare
	@rm -rf demo && $(PY) -m xlplugin demo demo

# 测试框架的结尾行必须是最后一行。两个以上核心时用两个进程（tests/scheduling.py 说明怎样分）；PYTEST_ARGS= 则只用一个。
test: prepare-office
	@$(MAKE) --no-print-directory run-lint
	@echo "运行测试……"
	@XLPLUGIN_REQUIRE_OFFICE=$(if $(filter 0,$(OFFICE)),0,$$(cat .venv/office)) $(PY) -m pytest $(PYTEST_ARGS)

lint: prepare run-lint

.PHONY: run-lint
run-lint:
	@echo "静态检查：ruff、mypy、import-linter……"
	@$(PY) -m ruff check --quiet .
	@$(PY) -m ruff format --check --quiet . || { echo "请运行：.venv/bin/ruff format ."; exit 1; }
	@$(PY) -m mypy --no-error-summary
	@.venv/bin/lint-imports > .venv/lint-imports.log 2>&1 || { cat .venv/lint-imports.log; exit 1; }

templates: prepare
	@echo "重建 workbook_templates/……"
	@$(PY) -m xlplugin.books.build workbook_templates

bundle: prepare
	@echo "制作 Windows 离线安装包……"
	@$(PY) tools/build_bundle.py

bench: prepare
	@echo "速度对比（需要几分钟）……"
	@for program in benchmarks/*.py; do echo "$$program"; $(PY) "$$program" || exit 1; done

pictures: prepare-office
	@echo "把文档用的图片画到 docs/pictures/……"
	@$(PY) tools/pictures.py

clean:
	@echo "删除生成物……"
	@rm -rf build dist demo test-output .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	@find . -path ./.venv -prune -o -name __pycache__ -type d -exec rm -rf {} +
