"""The command line; with `PENSTOCK_CHAOS_UNFENCED` set, without the check of who owns an execution.

A proof that finds nothing wrong proves something only if it does find what is wrong: without the
check, executions are completed twice.
"""

from __future__ import annotations

import os

from penstock_kernel.store.sql import changes
from penstock_web.cli import main
from tests.chaos.leases import shorten
from tests.chaos.recorder import record
from tests.chaos.slow_disk import wait_at_commits

if __name__ == "__main__":
    if os.environ.pop("PENSTOCK_CHAOS_UNFENCED", ""):
        setattr(changes, "_refusal", lambda _commit, _held: None)  # noqa: B010 - it is private
    record()
    wait_at_commits()
    shorten()
    main()
