# Thin wrappers: everything is in dev.py, which works without make.
.PHONY: run test check conformance chaos fix setup lock audit
run test check conformance chaos fix setup lock audit:
	@python3 dev.py $@ $(ARGS)
