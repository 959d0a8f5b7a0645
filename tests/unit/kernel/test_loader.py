"""One test per rule of the loader, named after it."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from penstock_kernel.packages.loader import Plugins, load_plugins

NODE = """
from penstock_sdk import Node, text
from penstock_sdk.hooks import hookimpl

class Echo(Node):
    '''Give back what comes in.'''
    id = "{id}.echo"
    version = {version}
    greeting: str = text(default="hello")
    def run(self, ctx, items):
        return items

@hookimpl
def register_nodes():
    return [Echo]
"""

Install = Callable[..., str]


def manifest_of(package: str, **changes: Any) -> dict[str, Any]:
    whole: dict[str, Any] = {
        "schema": 1,
        "package": {"id": package, "version": "1.0.0", "title": "Example"},
        "engines": {"penstock": ">=1.2,<2", "sdk": ">=1,<2"},
        "runtime": {"kind": "native"},
    }
    for key, value in changes.items():
        table, _, name = key.partition("__")
        whole[table] = whole.get(table, {}) | {name: value} if name else value
    return whole


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that Python imports from, forgotten after the test."""
    folder = tmp_path / "site-packages"
    folder.mkdir()
    monkeypatch.syspath_prepend(folder)
    for name in [name for name in sys.modules if name.startswith("penstock_node_")]:
        # Imported by other tests: Python would not look at the folder again.
        monkeypatch.delitem(sys.modules, name)
    before = set(sys.modules)
    yield folder
    for name in set(sys.modules) - before:
        del sys.modules[name]


@pytest.fixture
def install(site: Path) -> Install:
    """Leave files behind as pip does."""

    def _install(
        name: str,
        *,
        code: str | None = None,
        manifest: dict[str, Any] | bytes | None = None,
        package: str | None = None,
        node_version: int = 1,
        version: str = "1.0.0",
        entry: str | None = None,
        direct_url: dict[str, Any] | str | None = None,
        source: Path | None = None,
        module: str | None = None,
        into: Path | None = None,
    ) -> str:
        place = into or site
        module, id_ = module or name.replace("-", "_"), package or name.replace("-", "/", 1)
        folder = (source or place) / module
        folder.mkdir(parents=True)
        text = NODE.format(id=id_, version=node_version) if code is None else code
        (folder / "__init__.py").write_text(text)
        if manifest != {}:
            whole = manifest_of(id_, package__version=version)
            data = whole if manifest is None else manifest
            raw = data if isinstance(data, bytes) else json.dumps(data).encode()
            (folder / "manifest.json").write_bytes(raw)
        info = place / f"{name}-{version}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        point = entry or module
        (info / "entry_points.txt").write_text(f"[penstock.plugins]\n{module} = {point}\n")
        (info / "RECORD").write_text(f"{module}/__init__.py,sha256=x,1\n")
        if direct_url is not None:
            raw_url = direct_url if isinstance(direct_url, str) else json.dumps(direct_url)
            (info / "direct_url.json").write_text(raw_url)
        return name

    return _install


@pytest.fixture
def install_penstock(site: Path) -> Callable[..., None]:
    def _install(version: str = "1.4.0", direct_url: dict[str, Any] | None = None) -> None:
        info = site / f"penstock-{version}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: penstock\nVersion: {version}\n"
        )
        if direct_url is not None:
            (info / "direct_url.json").write_text(json.dumps(direct_url))

    return _install


@pytest.fixture
def load(site: Path) -> Callable[..., Plugins]:
    def _load(*native: str, **options: Any) -> Plugins:
        given: dict[str, Any] = {"path": [str(site)], "engine": "1.4.0", "sdk": "1.0.0"} | options
        return load_plugins(native=native, **given)

    return _load


def codes(plugins: Plugins) -> dict[str, str]:
    return {rejection.package: rejection.code for rejection in plugins.rejected}


def test_a_trusted_package_brings_its_node_types(
    install: Install, load: Callable[..., Plugins]
) -> None:
    install("acme-echo")

    plugins = load("acme-echo")

    assert plugins.types() == ["acme/echo.echo"]
    assert not plugins.rejected
    node = plugins.nodes["acme/echo.echo", 1]
    assert node.fields["greeting"].default == "hello"
    assert node.config_schema["properties"]["greeting"]["type"] == "string"


MISFITS = [
    pytest.param({"engines__penstock": ">=2,<3"}, "package.penstock_range", id="engine-too-old"),
    pytest.param({"engines__penstock": ">=0.1,<1"}, "package.penstock_range", id="engine-too-new"),
    pytest.param({"engines__sdk": ">=3,<4"}, "package.sdk_range", id="sdk-too-old"),
    pytest.param({"engines__node_api": 9}, "package.node_api", id="unknown-interface"),
    pytest.param({"schema": 7}, "manifest.invalid", id="unknown-format"),
    pytest.param({"runtime__kind": "python", "runtime__module": "n.py",
                  "nodes": [{"name": "echo"}]}, "package.kind", id="not-native"),
    pytest.param({"package__id": "penstock/echo"}, "package.reserved_name", id="calls-itself-ours"),
    pytest.param({"package__version": "1.0.1"}, "package.version_mismatch", id="other-version"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "code"), MISFITS)
def test_code_of_a_package_that_does_not_fit_is_never_imported(
    install: Install, load: Callable[..., Plugins], changes: dict[str, Any], code: str
) -> None:
    manifest = manifest_of("acme/echo", **changes)
    install("acme-echo", manifest=manifest, code="raise AssertionError('was imported')")

    plugins = load("acme-echo")

    assert codes(plugins) == {"acme-echo": code}
    assert "acme_echo" not in sys.modules


@pytest.mark.parametrize(
    ("manifest", "code"),
    [
        pytest.param({}, "package.no_manifest", id="none"),
        pytest.param(b"{", "manifest.invalid", id="not-json"),
        pytest.param(b"[]", "manifest.invalid", id="not-an-object"),
        pytest.param(b"\xff\xfe", "manifest.invalid", id="not-utf-8"),
    ],
)
def test_a_package_without_a_readable_manifest_is_never_imported(
    install: Install, load: Callable[..., Plugins], manifest: Any, code: str
) -> None:
    install("acme-echo", manifest=manifest, code="raise AssertionError('was imported')")

    plugins = load("acme-echo")

    assert codes(plugins) == {"acme-echo": code}


def test_a_native_package_that_nobody_named_is_never_imported(
    install: Install, load: Callable[..., Plugins]
) -> None:
    install("acme-echo", code="raise AssertionError('was imported')")

    plugins = load("acme-other")

    (rejection,) = plugins.rejected
    assert rejection.code == "package.not_trusted"
    assert "PENSTOCK_NATIVE_PLUGINS=acme-other,acme-echo" in rejection.hint
    assert "acme_echo" not in sys.modules


@pytest.mark.parametrize(
    ("semantic", "python"), [("1.0.0", "1.0"), ("1.4.0-beta.1", "1.4.0b1"), ("2.0.0-rc.1", "2rc1")]
)
def test_one_version_may_be_written_in_two_ways(
    install: Install, load: Callable[..., Plugins], semantic: str, python: str
) -> None:
    manifest = manifest_of("acme/echo", package__version=semantic)
    install("acme-echo", manifest=manifest, version=python)

    assert not load("acme-echo").rejected


def test_names_of_distributions_are_compared_as_pip_does(
    install: Install, load: Callable[..., Plugins]
) -> None:
    install("acme-echo")

    plugins = load("Acme_Echo")

    assert plugins.types() == ["acme/echo.echo"]


def test_the_operator_names_native_packages_in_the_environment(
    install: Install, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install("acme-echo")
    monkeypatch.setenv("PENSTOCK_NATIVE_PLUGINS", "acme-other, acme-echo")

    plugins = load_plugins(path=[str(site)], engine="1.4.0", sdk="1.0.0")

    assert plugins.types() == ["acme/echo.echo"]


CHECKOUT = {"url": "file:///src/penstock", "dir_info": {"editable": True}}
COMMIT = {"url": "https://git.example/penstock", "vcs_info": {"vcs": "git", "commit_id": "abc"}}
WHEEL = {"url": "file:///dist/penstock-1.4.0.whl", "archive_info": {}}


@pytest.mark.parametrize(
    ("ours", "theirs", "ships"),
    [
        pytest.param(None, None, True, id="both-from-an-index"),
        pytest.param(COMMIT, COMMIT, True, id="same-commit"),
        pytest.param(WHEEL, {"url": "file:///dist/flow.whl", "archive_info": {}}, True,
                     id="same-folder-of-wheels"),
        pytest.param(CHECKOUT, None, False, id="from-an-index-beside-a-checkout"),
        pytest.param(WHEEL, None, False, id="from-an-index-beside-a-wheel"),
        pytest.param(COMMIT, COMMIT | {"vcs_info": {"commit_id": "def"}}, False, id="other-commit"),
        pytest.param(COMMIT, COMMIT | {"url": "https://evil.example/penstock"}, False,
                     id="other-repository"),
        pytest.param(WHEEL, {"url": "file:///tmp/flow.whl", "archive_info": {}}, False,
                     id="wheel-from-elsewhere"),
        pytest.param(None, COMMIT, False, id="from-git-beside-an-index"),
    ],
)  # fmt: skip
def test_a_name_alone_does_not_make_a_package_ours(
    install: Install,
    install_penstock: Callable[..., None],
    load: Callable[..., Plugins],
    ours: dict[str, Any] | None,
    theirs: dict[str, Any] | None,
    ships: bool,
) -> None:
    install_penstock(direct_url=ours)
    install("penstock-node-flow", package="penstock/flow", version="1.4.0", direct_url=theirs)

    plugins = load()

    assert (plugins.types() == ["penstock/flow.echo"]) is ships
    assert codes(plugins) == ({} if ships else {"penstock-node-flow": "package.reserved_name"})


def test_one_of_ours_in_another_version_than_penstock_is_not_ours(
    install: Install, install_penstock: Callable[..., None], load: Callable[..., Plugins]
) -> None:
    install_penstock(version="1.4.0")
    install("penstock-node-flow", package="penstock/flow", version="9.9.9")

    plugins = load()

    assert codes(plugins) == {"penstock-node-flow": "package.reserved_name"}


def test_a_second_distribution_of_the_same_name_is_not_ours_because_the_first_is(
    install: Install,
    install_penstock: Callable[..., None],
    load: Callable[..., Plugins],
    site: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    further = tmp_path / "further"
    install_penstock()
    install("penstock-node-flow", package="penstock/flow", version="1.4.0")
    install(
        "penstock-node-flow",
        package="penstock/more",
        version="1.4.0",
        module="more",
        into=further,
        code="raise AssertionError('was imported')",
    )
    monkeypatch.syspath_prepend(further)

    plugins = load(path=[str(site), str(further)])

    assert plugins.types() == ["penstock/flow.echo"]
    assert codes(plugins) == {"penstock-node-flow": "package.reserved_name"}


def test_a_checkout_is_loaded_from_where_it_is_and_locked_as_dev(
    install: Install, load: Callable[..., Plugins], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "src"
    install(
        "acme-echo",
        source=source,
        direct_url={"url": source.as_uri(), "dir_info": {"editable": True}},
    )
    monkeypatch.syspath_prepend(source)

    plugins = load("acme-echo")

    assert plugins.lock() == {"acme/echo": "1.0.0#dev"}


def test_the_lock_of_an_installed_package_is_the_hash_of_its_record(
    install: Install, load: Callable[..., Plugins]
) -> None:
    install("acme-echo")
    record = b"acme_echo/__init__.py,sha256=x,1\n"

    plugins = load("acme-echo")

    assert plugins.lock() == {"acme/echo": f"1.0.0#sha256:{hashlib.sha256(record).hexdigest()}"}


def test_a_module_of_the_same_name_earlier_on_the_path_is_not_imported(
    install: Install, load: Callable[..., Plugins], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install("acme-echo")
    imposter = tmp_path / "cwd" / "acme_echo"
    imposter.mkdir(parents=True)
    (imposter / "__init__.py").write_text("raise AssertionError('was imported')")
    (imposter / "manifest.json").write_text(json.dumps(manifest_of("acme/echo")))
    monkeypatch.syspath_prepend(imposter.parent)

    plugins = load("acme-echo")

    assert codes(plugins) == {"acme-echo": "package.shadowed"}


@pytest.mark.parametrize("entry", ["acme_echo.plugin", "acme_echo:plugin"])
def test_an_entry_point_names_a_top_level_package(
    install: Install, load: Callable[..., Plugins], entry: str
) -> None:
    install("acme-echo", entry=entry, code="raise AssertionError('was imported')")

    plugins = load("acme-echo")

    assert codes(plugins) == {"acme-echo": "package.entry_point"}


HEAD = "from penstock_sdk import Node\nfrom penstock_sdk.hooks import hookimpl\n"
BROKEN = [
    pytest.param("import does_not_exist", "package.import_failed", id="missing-dependency"),
    pytest.param("import sys; sys.exit(3)", "package.import_failed", id="exits-on-import"),
    pytest.param("def (", "package.import_failed", id="syntax-error"),
    pytest.param(HEAD + "@hookimpl\ndef register_nodes(): 1 / 0", "package.hook_failed",
                 id="hook-raises"),
    pytest.param(HEAD + "@hookimpl\ndef register_nodes(): raise SystemExit(1)",
                 "package.hook_failed", id="hook-exits"),
    pytest.param(HEAD + "@hookimpl\ndef register_nodes(): return 7", "package.hook_failed",
                 id="hook-returns-no-list"),
    pytest.param(HEAD + "@hookimpl\ndef register_nodes(x): return []", "package.hook_unknown",
                 id="hook-with-another-argument"),
    pytest.param(HEAD + "@hookimpl\ndef register_nods(): return []", "package.hook_unknown",
                 id="hook-nobody-knows"),
    pytest.param(HEAD + "@hookimpl\ndef register_nodes(): return [object]", "package.not_a_node",
                 id="no-node"),
    pytest.param(HEAD + "class N(Node): pass\n@hookimpl\ndef register_nodes(): return [N]",
                 "package.node_invalid", id="node-without-id"),
    pytest.param(HEAD + "class N(Node):\n  id='acme/broken.n'\n  def __init__(self): 1 / 0\n"
                 "@hookimpl\ndef register_nodes(): return [N]",
                 "package.node_invalid", id="node-that-cannot-be-made"),
    pytest.param(HEAD + "class N(Node):\n  id='other/package.n'\n"
                 "@hookimpl\ndef register_nodes(): return [N]",
                 "package.foreign_name", id="node-named-after-another"),
    pytest.param(HEAD + "class N(Node):\n  id='acme/broken.a b'\n"
                 "@hookimpl\ndef register_nodes(): return [N]",
                 "package.node_name", id="node-with-a-name-of-two-words"),
    pytest.param(HEAD + "class N(Node):\n  id='acme/broken.n'\n  version = 0\n"
                 "@hookimpl\ndef register_nodes(): return [N]",
                 "package.node_name", id="node-of-version-zero"),
    pytest.param(HEAD + "class N(Node):\n  id='acme/broken.n'\n  version = 'one'\n"
                 "@hookimpl\ndef register_nodes(): return [N]",
                 "package.node_invalid", id="node-whose-version-is-a-text"),
    pytest.param(HEAD + "class N(Node):\n  id = 7\n"
                 "@hookimpl\ndef register_nodes(): return [N]",
                 "package.node_invalid", id="node-whose-id-is-a-number"),
    pytest.param(HEAD + "class N(Node):\n  id='acme/broken.n'\n"
                 "@hookimpl\ndef register_nodes(): return [N, N]",
                 "package.node_taken", id="node-twice"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "reason"), BROKEN)
def test_one_broken_package_never_stops_the_others(
    install: Install, load: Callable[..., Plugins], code: str, reason: str
) -> None:
    install("acme-broken", code=code)
    install("acme-echo")

    plugins = load("acme-broken", "acme-echo")

    assert codes(plugins) == {"acme-broken": reason}
    assert plugins.types() == ["acme/echo.echo"]
    assert [name for name, _ in plugins.manager.list_name_plugin()] == ["acme-echo"]


def test_a_distribution_whose_own_files_cannot_be_read_never_stops_the_others(
    install: Install, load: Callable[..., Plugins]
) -> None:
    install("acme-broken", direct_url="{")
    install("acme-echo")

    plugins = load("acme-broken", "acme-echo")

    assert list(codes(plugins).values()) == ["package.unreadable"]
    assert plugins.types() == ["acme/echo.echo"]


@pytest.mark.parametrize("order", [("acme-one", "acme-two"), ("acme-two", "acme-one")])
def test_a_name_belongs_to_the_first_package_that_claims_it(
    install: Install, load: Callable[..., Plugins], order: tuple[str, str]
) -> None:
    install("acme-one", package="acme/same")
    install("acme-two", package="acme/same", node_version=2)

    plugins = load(*order)

    assert [package.origin for package in plugins.accepted] == [order[0]]
    assert codes(plugins) == {order[1]: "package.duplicate"}


def test_a_package_whose_name_is_taken_is_rejected_whole(
    install: Install, load: Callable[..., Plugins]
) -> None:
    install("acme-one", package="acme/same")
    new = NODE.format(id="acme/same", version=5).replace(".echo", ".brand_new")
    install("acme-two", package="acme/same", code=new)

    plugins = load("acme-one", "acme-two")

    assert plugins.types() == ["acme/same.echo"]


def test_every_rejection_says_what_has_to_change(
    install: Install, load: Callable[..., Plugins]
) -> None:
    install("acme-echo", manifest=manifest_of("acme/echo", engines__penstock=">=2,<3"))

    (rejection,) = load("acme-echo").rejected

    assert rejection.reason == "It is made for Penstock >=2,<3; this is 1.4.0."
    assert "engines.penstock" in rejection.hint


def test_the_latest_version_is_found_among_several(
    install: Install, load: Callable[..., Plugins]
) -> None:
    classes = "\n".join(
        f"class E{n}(Node):\n  id = 'acme/echo.echo'\n  version = {n}" for n in (10, 2, 9)
    )
    hook = "@hookimpl\ndef register_nodes(): return [E10, E2, E9]"
    install("acme-echo", code=f"{HEAD}{classes}\n{hook}")

    plugins = load("acme-echo")

    latest = plugins.latest("acme/echo.echo")
    assert latest is not None
    assert latest.version == 10
    assert plugins.versions("acme/echo.echo") == (2, 9, 10)
    assert plugins.node("acme/echo.echo", 2) is plugins.nodes["acme/echo.echo", 2]
    assert plugins.node("acme/echo.none") is None


def test_two_kernels_share_no_plugin_manager(
    install: Install, load: Callable[..., Plugins]
) -> None:
    install("acme-echo")

    first, second = load("acme-echo"), load()

    assert first.manager is not second.manager
    assert not second.manager.get_plugins()


def test_a_hook_that_raises_costs_only_its_own_answer(
    install: Install, load: Callable[..., Plugins]
) -> None:
    hook = "\n@hookimpl\ndef register_credential_types():\n    {}\n"
    good = NODE.format(id="acme/good", version=1) + hook.format('return [{"type": "acmeKey"}]')
    bad = NODE.format(id="acme/bad", version=1) + hook.format("raise SystemExit(1)")
    install("acme-bad", code=bad)
    install("acme-good", code=good)
    plugins = load("acme-bad", "acme-good")

    answers = plugins.collect("register_credential_types")

    assert answers == [("acme-good", {"type": "acmeKey"})]
    assert codes(plugins) == {"acme-bad": "package.hook_failed"}


def folder_of(tmp_path: Path, name: str, package: str) -> Path:
    folder = tmp_path / name
    folder.mkdir()
    manifest = manifest_of(
        package, runtime={"kind": "python", "module": "n.py"}, nodes=[{"name": "echo"}]
    )
    (folder / "node.toml").write_text("")
    (folder / "manifest.json").write_text(json.dumps(manifest))
    (folder / "n.py").write_text("raise AssertionError('was imported')")
    return folder


def test_folders_come_after_what_is_installed(
    install: Install, load: Callable[..., Plugins], tmp_path: Path
) -> None:
    install("acme-echo")
    same = folder_of(tmp_path, "same", "acme/echo")
    other = folder_of(tmp_path, "other", "acme/other")
    ours = folder_of(tmp_path, "ours", "penstock/flow")

    plugins = load("acme-echo", folders=[same, other, ours, tmp_path / "none"])

    assert plugins.types() == ["acme/echo.echo", "acme/other.echo"]
    assert codes(plugins) == {
        str(same): "package.duplicate",
        str(ours): "package.reserved_name",
        str(tmp_path / "none"): "package.no_manifest",
    }
