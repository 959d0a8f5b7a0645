"""What strangers may rely on. Adding a name is a decision; removing one breaks packages."""

from __future__ import annotations

import subprocess
import sys

import pytest

import penstock_sdk
from penstock_sdk import hooks, manifest, schema, testing

SURFACE = [
    "BinaryRef",
    "Choice",
    "Column",
    "Context",
    "Effects",
    "Event",
    "Field",
    "Item",
    "Node",
    "NodeFailed",
    "Output",
    "Parent",
    "PartlyFailed",
    "PenstockError",
    "Port",
    "Ports",
    "Result",
    "Retry",
    "RetryLater",
    "Trigger",
    "Wait",
    "boolean",
    "code",
    "collection",
    "conditions",
    "credential",
    "date_time",
    "fixed_collection",
    "integer",
    "json",
    "key_value",
    "list_of",
    "multi_options",
    "notice",
    "number",
    "options",
    "resource",
    "text",
]

TESTING = [
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

SCHEMA = [
    "DIALECT",
    "compatible",
    "config_schema",
    "defaults",
    "describe",
    "field_schema",
    "fields_from",
    "fields_schema",
    "is_expression",
    "missing",
    "visible",
]


def test_the_public_surface_of_the_sdk() -> None:
    assert sorted(penstock_sdk.__all__) == SURFACE


def test_the_public_surface_of_the_test_kit() -> None:
    assert sorted(testing.__all__) == TESTING


def test_the_public_surface_of_schemas() -> None:
    assert sorted(schema.__all__) == SCHEMA


@pytest.mark.parametrize(
    ("module", "name"),
    [
        pytest.param(hooks, "hookimpl", id="hookimpl"),
        pytest.param(hooks, "Importer", id="importer"),
        pytest.param(manifest, "parse_manifest", id="parse-manifest"),
        pytest.param(manifest, "Manifest", id="manifest"),
        pytest.param(manifest, "ManifestInvalid", id="manifest-invalid"),
    ],
)
def test_names_that_authors_import_from_further_modules_exist(module: object, name: str) -> None:
    assert hasattr(module, name)


def test_every_public_name_exists() -> None:
    missing = [name for name in SURFACE if not hasattr(penstock_sdk, name)]

    assert not missing


GUEST = """
import sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("msgspec", "pluggy", "penstock_kernel"):
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Absent())
import penstock_sdk
from penstock_sdk import Item, Node, text, values, compatible

class Shout(Node):
    id = "acme/text.shout"
    text: str = text()

item = Item({"a": 1})
assert item.json == {"a": 1}
assert list(Shout.fields()) == ["text"]
print(len(penstock_sdk.__all__))
"""


def test_the_authoring_modules_need_nothing_but_the_standard_library() -> None:
    done = subprocess.run(  # noqa: S603  our own text
        [sys.executable, "-c", GUEST], capture_output=True, text=True, check=False
    )

    assert done.stderr == ""
    assert done.stdout.strip() == str(len(SURFACE))
