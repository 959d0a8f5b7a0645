"""The example packages have tests of their own, run where they are installed."""

collect_ignore = ["packages"]
