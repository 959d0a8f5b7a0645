"""How the command line ends; documented in docs/cli.md."""

from __future__ import annotations

OK = 0
#: The workflow failed; `diff` found a difference; `bench` exceeded a limit.
FAILED = 1
#: What was asked for cannot be understood: options, a file that is not there, a document with
#: findings.
USAGE = 2
#: The execution waits for something: a time, a person, a signal.
WAITING = 3
#: The execution was canceled.
CANCELED = 4
#: Stopped with Ctrl+C.
INTERRUPTED = 130
#: Whoever read the output went away.
PIPE_CLOSED = 141
