from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest

from penstock_kernel.catalog import Accepted, Catalog, NativeNode, NodeType, PackageRejected
from penstock_kernel.packages import load_folder
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
    monkeypatch.setattr("penstock_kernel.packages.MAX_FILES", 3)

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
