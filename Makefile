# Thin wrappers: everything is in dev.py, which works without make.
.PHONY: run test check fix setup lock
run test check fix setup lock:
	@python3 dev.py $@ $(ARGS)
