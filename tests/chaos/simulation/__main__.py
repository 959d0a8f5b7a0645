"""`python3 -m tests.chaos.simulation SEED …`: tells stories again, and what is wrong with them."""

from __future__ import annotations

import sys

from tests.chaos.simulation.story import tell


def main() -> int:
    """Tell each, and end with 1 where something is wrong."""
    failed = False
    for seed in map(int, sys.argv[1:]):
        verdict = tell(seed)
        failed = failed or bool(verdict.wrong)
        lines = verdict.wrong or ["all promises are kept"]
        sys.stdout.write("".join(f"seed {seed}: {line}\n" for line in lines))
        sys.stdout.write("".join(f"  {row}\n" for row in verdict.history))
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
