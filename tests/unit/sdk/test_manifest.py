from __future__ import annotations

import json
from typing import Any

import pytest

from penstock_sdk.manifest import Manifest, ManifestInvalid, parse_manifest

GOOD: dict[str, Any] = {
    "schema": 1,
    "package": {"id": "acme/weather", "version": "1.4.0", "title": "Weather"},
    "engines": {"penstock": ">=1.2,<2", "sdk": ">=1,<2"},
    "runtime": {"kind": "python", "module": "weather.py"},
    "nodes": [{"name": "forecast"}],
}

TOML = b"""
schema = 1
[package]
id = "acme/weather"
version = "1.4.0-beta.1"
title = "Weather"
icon = { light = "a.svg", dark = "b.svg" }
[engines]
penstock = ">=1.2,<2"
sdk = "~=1.0"
[runtime]
kind = "wasm"
module = "dist/node.wasm"
world = "penstock:node/node@1.0.0"
memory_mb = 64
[capabilities]
http = [{ hosts = ["https://*.weather.example"], methods = ["GET"], why = "Fetch forecasts" }]
store = { scope = "workflow", max_kb = 64, why = "Remember the last alert" }
secrets = ["weatherApi"]
[[credentials]]
type = "weatherApi"
title = "Weather key"
auth = { kind = "header", name = "X-Api-Key", value = "{{ apiKey }}" }
[[nodes]]
name = "forecast"
version = 2
config = "schemas/forecast.config.json"
outputs = [{ name = "main" }, { name = "error" }]
[[examples]]
file = "examples/alert.json"
[tests]
fixtures = "tests/cassettes"
"""


def parse(raw: dict[str, Any]) -> Manifest:
    return parse_manifest(json.dumps(raw).encode(), format="json")


def changed(path: str, value: Any) -> dict[str, Any]:
    whole: dict[str, Any] = json.loads(json.dumps(GOOD))
    *tables, last = path.split(".")
    inner = whole
    for name in tables:
        inner = inner[name]
    if value is ...:
        del inner[last]
    else:
        inner[last] = value
    return whole


def test_what_an_author_writes_in_toml_is_read_whole() -> None:
    manifest = parse_manifest(TOML, format="toml")

    assert manifest.package.version == "1.4.0-beta.1"
    assert manifest.capabilities.http[0].hosts == ("https://*.weather.example",)
    assert manifest.credentials[0].auth.kind == "header"
    assert [port.name for port in manifest.nodes[0].outputs] == ["main", "error"]
    assert manifest.node_type(manifest.nodes[0]) == "acme/weather.forecast"


def test_a_package_is_granted_nothing_by_default() -> None:
    capabilities = parse(GOOD).capabilities

    assert not capabilities.http
    assert not capabilities.secrets
    assert capabilities.store is None
    assert capabilities.files == "none"


@pytest.mark.parametrize(
    ("path", "value", "key"),
    [
        pytest.param("schema", 2, "schema", id="newer-format"),
        pytest.param("schema", ..., "schema", id="no-format"),
        pytest.param("package.id", "Weather", "package.id", id="id-without-publisher"),
        pytest.param("package.id", "acme/../x", "package.id", id="id-with-a-path"),
        pytest.param("package.version", "1.4", "package.version", id="version-of-two-numbers"),
        pytest.param("package.version", "01.4.0", "package.version", id="version-with-zero-ahead"),
        pytest.param("package.title", ..., "package.title", id="no-title"),
        pytest.param("package.titel", "x", "package.titel", id="unknown-key"),
        pytest.param("engines.penstock", "*", "engines.penstock", id="any-engine"),
        pytest.param("engines.penstock", ">=1.*", "engines.penstock", id="star-in-a-range"),
        pytest.param("engines.penstock", "", "engines.penstock", id="empty-range"),
        pytest.param("engines.penstock", "^1.2", "engines.penstock", id="caret"),
        pytest.param("engines.penstock", "<2", "engines.penstock", id="no-lower-bound"),
        pytest.param("engines.sdk", ..., "engines.sdk", id="no-sdk"),
        pytest.param("runtime.kind", "ruby", "runtime.kind", id="unknown-kind"),
        pytest.param("runtime.module", "", "runtime.module", id="no-module"),
        pytest.param("runtime.module", "/etc/passwd", "runtime.module", id="absolute-module"),
        pytest.param("runtime.module", "a/../../b", "runtime.module", id="module-outside"),
        pytest.param("nodes", [], "nodes", id="no-nodes"),
        pytest.param("nodes", {"name": "x"}, "nodes", id="nodes-are-no-list"),
        pytest.param("nodes", [{"name": "a b"}], "nodes[0].name", id="name-with-a-space"),
        pytest.param("nodes", [{"name": "a"}, {"name": "a"}], "nodes[1].name", id="node-twice"),
        pytest.param("nodes", [{"name": "a", "version": "1"}], "nodes[0].version",
                     id="version-is-a-text"),
        pytest.param("capabilities", {"http": [{"hosts": ["example.com"], "why": "x"}]},
                     "capabilities.http[0].hosts", id="host-without-scheme"),
        pytest.param("capabilities", {"http": [{"hosts": ["https://*"], "why": "x"}]},
                     "capabilities.http[0].hosts", id="every-host"),
        pytest.param("capabilities", {"http": [{"hosts": ["https://a.example"]}]},
                     "capabilities.http[0].why", id="grant-without-a-reason"),
        pytest.param("capabilities", {"files": "all"}, "capabilities.files", id="all-files"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_told_by_its_key_with_a_fix(path: str, value: Any, key: str) -> None:
    with pytest.raises(ManifestInvalid) as invalid:
        parse(changed(path, value))

    (finding,) = invalid.value.findings
    assert finding.key == key
    assert finding.fix


def test_every_finding_is_told_at_once() -> None:
    raw = changed("package.id", "X") | {"extra": 1}
    raw["engines"] = {"penstock": "*", "sdk": "*"}
    raw["runtime"] = {"kind": "ruby"}

    with pytest.raises(ManifestInvalid) as invalid:
        parse(raw)

    keys = {finding.key for finding in invalid.value.findings}
    assert keys == {"package.id", "extra", "engines.penstock", "engines.sdk", "runtime.kind"}


def test_an_unknown_key_comes_with_the_one_that_was_meant() -> None:
    with pytest.raises(ManifestInvalid) as invalid:
        parse(changed("package.licence", "MIT"))

    assert invalid.value.findings[0].fix == "Did you mean `license`?"


@pytest.mark.parametrize(
    ("data", "format_"),
    [
        pytest.param(b"{", "json", id="broken-json"),
        pytest.param(b"a = ", "toml", id="broken-toml"),
        pytest.param(b"\xff", "toml", id="not-utf-8"),
        pytest.param(b"3", "json", id="a-number"),
        pytest.param(b'{"package": 3, "nodes": "x", "engines": []}', "json", id="wrong-shapes"),
        pytest.param(b"[" * 100_000, "json", id="too-deep"),
    ],
)
def test_what_is_no_manifest_at_all_is_a_finding_too(data: bytes, format_: Any) -> None:
    with pytest.raises(ManifestInvalid) as invalid:
        parse_manifest(data, format=format_)

    assert invalid.value.code == "manifest.invalid"
    assert invalid.value.findings


def test_a_native_package_names_no_module() -> None:
    raw = changed("runtime", {"kind": "native"})

    assert parse(raw).runtime.module == ""
