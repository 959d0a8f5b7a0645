"""What import-linter cannot say about the structure."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CONFIG = tomllib.loads((ROOT / "pyproject.toml").read_text())
PLUGINS = sorted(path.parent for path in ROOT.glob("plugins/*/pyproject.toml"))
OURS = ("kernel", "sdk/penstock_sdk", "registry", "sandbox", "bus", "web", "plugins")
LONGEST_MODULE = 500  # lines
LONGEST_FUNCTION = 60
VAGUE = {"utils", "helpers", "common", "base", "manager", "misc"}


def modules() -> list[Path]:
    found = [path for part in OURS for path in (ROOT / part).rglob("*.py")]
    # Migrations are lists of what was done once: nobody reads or changes them later.
    return [path for path in found if not {"node_modules", "versions"} & set(path.parts)]


def test_no_module_is_longer_than_the_limit() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in modules()
        if (lines := len(path.read_text().splitlines())) > LONGEST_MODULE
    }
    assert long == {}


def test_no_function_is_longer_than_the_limit() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or node.lineno) - node.lineno >= LONGEST_FUNCTION
    ]
    assert long == []


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert [path.name for path in modules() if path.stem in VAGUE] == []


def test_every_plugin_is_listed_in_the_contracts() -> None:
    expected = {f"penstock_node_{path.name}" for path in PLUGINS}

    for contract in CONFIG["tool"]["importlinter"]["contracts"]:
        named = {
            name for name in str(contract).replace("'", " ").split() if "penstock_node" in name
        }
        assert named in (set(), expected), contract["name"]


@pytest.mark.parametrize("plugin", PLUGINS, ids=lambda path: path.name)
def test_a_plugin_depends_on_nothing_of_ours_but_the_sdk(plugin: Path) -> None:
    project = tomllib.loads((plugin / "pyproject.toml").read_text())["project"]

    ours = {name for name in project["dependencies"] if re.match("penstock", name)}

    assert ours == {"penstock-sdk"}


@pytest.mark.parametrize("plugin", PLUGINS, ids=lambda path: path.name)
def test_the_manifest_and_the_distribution_of_a_plugin_agree(plugin: Path) -> None:
    project = tomllib.loads((plugin / "pyproject.toml").read_text())["project"]
    (manifest,) = plugin.glob("src/*/manifest.json")

    assert f'"version": "{project["version"]}"' in manifest.read_text()


def test_one_version_is_told_everywhere() -> None:
    sdk = tomllib.loads((ROOT / "sdk" / "pyproject.toml").read_text())["project"]["version"]

    assert sdk == CONFIG["project"]["version"]


def test_nothing_committed_names_an_address_to_download_from() -> None:
    hosts = ("files.python" + "hosted", "registry.npm" + "js", "pypi" + ".org")
    named = [
        path.name
        for path in [*ROOT.glob("*.lock"), *ROOT.glob("*.json"), *ROOT.rglob("package-lock.json")]
        if "node_modules" not in path.parts
        and ".venv" not in path.parts
        and any(host in path.read_text() for host in hosts)
    ]
    assert named == []
