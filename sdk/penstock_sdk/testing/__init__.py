"""Everything an author needs to test a node alone: no server, no network, no other package.

    from penstock_sdk.testing import run_node

    def test_shouting() -> None:
        outputs = run_node(Shout, {"text": "={{ $json.word }}"}, [{"word": "hello"}])

        assert outputs["main"][0].json["text"] == "HELLO"

Inside `async` tests `arun_node` is the same. Workflow files are run as tests by the pytest plugin
that comes with Penstock itself.
"""

from penstock_sdk.testing.cassette import Answer, Cassette, Exchange, Request
from penstock_sdk.testing.context import FakeClock, FakeCredential, TestContext
from penstock_sdk.testing.doors import LogEntry, MemoryBinary, MemoryState
from penstock_sdk.testing.match import assert_output_matches_schema, mismatches
from penstock_sdk.testing.run import arun_node, items_of, outputs_of, run_node
from penstock_sdk.testing.triggers import activate_and_deactivate, poll, request

__all__ = [
    "Answer",
    "Cassette",
    "Exchange",
    "FakeClock",
    "FakeCredential",
    "LogEntry",
    "MemoryBinary",
    "MemoryState",
    "Request",
    "TestContext",
    "activate_and_deactivate",
    "arun_node",
    "assert_output_matches_schema",
    "items_of",
    "mismatches",
    "outputs_of",
    "poll",
    "request",
    "run_node",
]
