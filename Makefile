# Thin over tools/dev.py, which also works where there is no make: python tools/dev.py run
PYTHON ?= python3

.PHONY: run test test-cluster check format shots bench demo clean
run test test-cluster check format shots bench demo clean:
	$(PYTHON) tools/dev.py $@
