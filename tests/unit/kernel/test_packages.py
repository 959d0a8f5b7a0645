from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest

from penstock_kernel.packages.catalog import (
    Accepted,
    Catalog,
    NativeNode,
    NodeType,
    PackageRejected,
)
from penstock_kernel.packages.packages import load_folder
from penstock_sdk import Item, Node
from penstock_sdk.manifest import ManifestInvalid

EXAMPLES = Path(__file__).parents[3] / "examples" / "packages"
ENGINE = {"engine": "0.1.0", "sdk": "0.1.0"}


@pytest.fixture
def shout(tmp_path: Path) -> Path:
    folder = tmp_path / "shout"
    shutil.copytree(EXAMPLES / "acme-shout-py", folder)
    return folder


def load(folder: Path) -> tuple[Accepted, list[NodeType]]:
    return load_folder(folder, **ENGINE)


def edit(folder: Path, old: str, new: str) -> None:
    manifest = folder / "node.toml"
    text = manifest.read_text()
    assert old in text
    manifest.write_text(text.replace(old, new))


def test_a_folder_becomes_node_types_without_importing_it(shout: Path) -> None:
    (shout / "shout.py").write_text("raise AssertionError('was imported')")

    package, (node,) = load(shout)

    assert package.nodes == ("acme/shout.shout",)
    assert (node.id, node.version, node.kind) == ("acme/shout.shout", 1, "python")
    assert node.implementation is None
    assert node.program is not None
    assert node.program.files["shout.py"] == "raise AssertionError('was imported')"


def test_the_parameters_come_from_the_schema_in_the_package(shout: Path) -> None:
    _, (node,) = load(shout)

    assert list(node.fields) == ["text", "marks"]
    assert node.fields["text"].required
    assert (node.fields["marks"].kind, node.fields["marks"].default) == ("integer", 1)
    assert node.ports({}).outputs[0].sample == {"text": "HELLO!"}


def test_the_lock_is_the_hash_of_the_content(shout: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(shout, copy)
    before = load(shout)[0].lock

    same = load(copy)[0].lock
    (copy / "shout.py").write_text("# changed")
    changed = load(copy)[0].lock

    assert before.startswith("1.0.0#sha256:")
    assert same == before
    assert changed != before


def test_moving_text_from_one_file_to_another_changes_the_lock(shout: Path) -> None:
    (shout / "a").write_text("xy")
    (shout / "b").write_text("z")
    before = load(shout)[0].lock

    (shout / "a").write_text("x")
    (shout / "b").write_text("yz")

    assert load(shout)[0].lock != before


@pytest.mark.parametrize("name", ["__pycache__/x.pyc", ".git/HEAD", "node_modules/x/index.js"])
def test_what_tools_leave_behind_is_not_part_of_a_package(shout: Path, name: str) -> None:
    before = load(shout)[0].lock

    (shout / name).parent.mkdir(parents=True)
    (shout / name).write_text("left behind")

    assert load(shout)[0].lock == before


REFUSED = [
    pytest.param('kind = "python"', 'kind = "native"', "package.kind", id="native"),
    pytest.param('kind = "python"', 'kind = "http"', "manifest.kind_not_supported_yet",
                 id="declarative"),
    pytest.param('penstock = ">=0.1,<1"', 'penstock = ">=5,<6"', "package.penstock_range",
                 id="made-for-another-engine"),
    pytest.param('sdk = ">=0.1,<1"', 'sdk = ">=5,<6"', "package.sdk_range",
                 id="made-for-another-sdk"),
    pytest.param('module = "shout.py"', 'module = "gone.py"', "package.file_missing",
                 id="module-is-not-there"),
    pytest.param("shout.config.json", "../secret.json", "package.file_missing",
                 id="schema-outside"),
    pytest.param("shout.config.json", "/etc/hostname", "package.file_missing",
                 id="schema-by-absolute-path"),
    pytest.param("shout.config.json", "shout.py", "package.file_invalid", id="schema-is-no-json"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "code"), REFUSED)
def test_a_package_that_cannot_run_says_why(shout: Path, old: str, new: str, code: str) -> None:
    edit(shout, old, new)

    with pytest.raises(PackageRejected) as rejected:
        load(shout)

    assert rejected.value.reason_code == code
    assert rejected.value.hint


def test_a_module_outside_of_the_package_is_a_finding(shout: Path) -> None:
    edit(shout, 'module = "shout.py"', 'module = "../shout.py"')

    with pytest.raises(ManifestInvalid, match=r"leads out of the package"):
        load(shout)


def test_a_link_is_refused(shout: Path) -> None:
    (shout / "hosts").symlink_to("/etc/hosts")

    with pytest.raises(PackageRejected) as rejected:
        load(shout)

    assert rejected.value.reason_code == "package.link"


def test_a_package_with_too_many_files_is_refused(
    shout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("penstock_kernel.packages.packages.MAX_FILES", 3)

    with pytest.raises(PackageRejected) as rejected:
        load(shout)

    assert rejected.value.reason_code == "package.too_large"


def test_the_folders_of_a_package_count_too(shout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("penstock_kernel.packages.packages.MAX_FILES", 20)
    for number in range(20):
        (shout / f"empty-{number}").mkdir()

    with pytest.raises(PackageRejected) as rejected:
        load(shout)

    assert rejected.value.reason_code == "package.too_large"


def test_a_node_that_may_use_http_is_unsafe_unless_it_says_otherwise(shout: Path) -> None:
    grant = '[capabilities]\nhttp = [{ hosts = ["https://api.example"], why = "to ask" }]\n'
    edit(shout, "[[nodes]]", f"{grant}\n[[nodes]]")
    _, (unsafe,) = load(shout)
    edit(shout, 'title = "Shout"', 'title = "Shout"\neffects = "idempotent"')
    _, (idempotent,) = load(shout)

    assert unsafe.effects_of({}) == "unsafe"
    assert idempotent.effects_of({}) == "idempotent"
    assert unsafe.program is not None
    assert unsafe.program.capabilities.http[0].hosts == ("https://api.example",)


def test_paths_of_javascript_count_from_the_folder_of_the_main_module(tmp_path: Path) -> None:
    folder = tmp_path / "slug"
    shutil.copytree(EXAMPLES / "acme-slug-js", folder / "src")
    for name in ("node.toml", "slug.config.json"):
        (folder / "src" / name).rename(folder / name)
    edit(folder, 'module = "index.js"', 'module = "src/index.js"')

    _, (node,) = load(folder)

    assert node.program is not None
    assert sorted(node.program.files) == ["index.js", "lib/words.js"]
    assert "export async function run" in node.program.source


def test_running_a_packaged_node_hands_its_program_to_the_context(shout: Path) -> None:
    class Recorder:
        def run_package(self, program: Any, items: Any) -> Any:
            return program, items

    _, (node,) = load(shout)
    items = [Item({"a": 1})]

    answer: Any = node.run(Recorder(), items)  # type: ignore[arg-type]

    assert answer == (node.program, items)


def test_a_catalogue_entry_has_the_same_keys_whatever_the_kind(shout: Path) -> None:
    class Plain(Node):
        id = "acme/plain.plain"

    _, (packaged,) = load(shout)

    assert set(packaged.describe()) == set(NativeNode(Plain, "acme/plain").describe())
    assert msgspec.json.encode(packaged.describe())


def test_a_package_that_is_there_already_is_rejected_whole(shout: Path) -> None:
    catalog = Catalog()
    package, nodes = load(shout)
    catalog.add(package, nodes)
    before: Mapping[Any, Any] = dict(catalog.nodes)

    with pytest.raises(PackageRejected) as rejected:
        catalog.add(package, nodes)

    assert rejected.value.reason_code == "package.duplicate"
    assert catalog.nodes == before


def test_nothing_in_a_stranger_s_schema_is_evaluated_by_the_validator(shout: Path) -> None:
    schema = {
        "$ref": "https://evil.example/schema",
        "properties": {
            "text": {"type": "string", "pattern": "(a+)+$"},
            "more": {"type": "object", "properties": {"x": {"$ref": "file:///etc/passwd"}}},
        },
        "patternProperties": {"(a+)+$": {}},
    }
    (shout / "shout.config.json").write_bytes(msgspec.json.encode(schema))

    _, (node,) = load(shout)

    stored = msgspec.json.encode(node.config_schema).decode()
    assert "pattern" not in stored
    assert "$ref" not in stored
    assert list(node.fields) == ["text", "more"]


STRANGE = [
    pytest.param({"properties": 5}, id="properties-are-a-number"),
    pytest.param({"properties": {"a": 5}}, id="a-property-is-a-number"),
    pytest.param({"properties": {"a": {"type": {"b": 1}}}}, id="type-is-an-object"),
    pytest.param({"properties": {"a": {"enum": [[], {}, None]}}}, id="choices-that-are-no-values"),
    pytest.param({"properties": {"a": {"enum": 7}}}, id="choices-are-a-number"),
    pytest.param({"properties": {"a": {"x-ui": {"showIf": {"b": 3}, "titles": 4}}}},
                 id="hints-of-wrong-types"),
    pytest.param({"properties": {"a": {"x-ui": {"widget": ["text"], "order": "x"}}}},
                 id="widget-is-a-list"),
    pytest.param({"properties": {"a": {"minimum": "low", "type": "number"}}}, id="bound-is-a-text"),
    pytest.param({"required": {"a": 1}, "properties": {"a": {}}}, id="required-is-an-object"),
]  # fmt: skip


@pytest.mark.parametrize("schema", STRANGE)
def test_a_schema_of_a_strange_shape_still_gives_a_valid_one(
    shout: Path, schema: dict[str, Any]
) -> None:
    (shout / "shout.config.json").write_bytes(msgspec.json.encode(schema))

    _, (node,) = load(shout)

    jsonschema.Draft202012Validator.check_schema(node.config_schema)


def test_a_schema_that_is_too_deep_is_refused(shout: Path) -> None:
    deep = b'{"properties":{"a":' * 5_000 + b"{}" + b"}}" * 5_000
    (shout / "shout.config.json").write_bytes(deep)

    with pytest.raises(PackageRejected) as rejected:
        load(shout)

    assert rejected.value.reason_code in ("package.file_invalid", "package.config_invalid")


def test_a_schema_that_is_too_large_is_refused(shout: Path) -> None:
    (shout / "shout.config.json").write_bytes(b" " * 300_000 + b"{}")

    with pytest.raises(PackageRejected, match=r"larger than 256 KB"):
        load(shout)
