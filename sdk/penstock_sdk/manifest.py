"""What a package says about itself, read as data before any of its code is.

Authored as `node.toml`, packed as `manifest.json`; both have the same keys. The rules:

* Unknown keys are findings, so that a typing mistake is never silently without effect.
* Every finding is reported at once, with the key, the value and the fix.
* Ranges are PEP 440 specifiers with a lower bound and without `*` (docs/adr/0004).
* Nothing is granted that is not listed under `capabilities`, with a reason a person can read.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from typing import Any, ClassVar, Literal

import msgspec

from penstock_sdk import manifest_check
from penstock_sdk.errors import PenstockError
from penstock_sdk.loose import rows, table, tables
from penstock_sdk.manifest_check import ManifestFinding
from penstock_sdk.node import Effects

Format = Literal["toml", "json"]
RuntimeKind = Literal["native", "http", "python", "javascript", "wasm"]
NodeKind = Literal["action", "trigger.webhook", "trigger.poll", "tool"]

#: The format that this SDK reads.
SCHEMA = 1
#: Names of the two files.
AUTHORED, PACKED = "node.toml", "manifest.json"


class _Strict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class Icon(_Strict, frozen=True):
    """Paths inside the package."""

    light: str
    dark: str = ""


class Package(_Strict, frozen=True):
    """Who it is."""

    #: `publisher/name`; never changes.
    id: str
    #: Semantic version.
    version: str
    title: str
    description: str = ""
    #: SPDX expression.
    license: str = ""
    icon: str | Icon = ""
    docs: str = ""
    homepage: str = ""
    repository: str = ""
    authors: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()


class Engines(_Strict, frozen=True):
    """What it works with."""

    penstock: str
    sdk: str
    #: Version of the interface between the host and a guest.
    node_api: int = 1


class Runtime(_Strict, frozen=True):
    """How it runs. Everything but `native` runs in the sandbox."""

    kind: RuntimeKind
    #: File with the code, relative to the manifest; `native` packages have an entry point instead.
    module: str = ""
    #: wasm: the WIT world it exports.
    world: str = ""
    memory_mb: int | None = None
    timeout_s: float | None = None


class HttpGrant(_Strict, frozen=True):
    """Hosts it may talk to."""

    #: Origins such as `https://api.example.com` or `https://*.example.com`.
    hosts: tuple[str, ...]
    why: str
    #: Empty: all methods.
    methods: tuple[str, ...] = ()


class StoreGrant(_Strict, frozen=True):
    """Small values it may keep."""

    scope: Literal["node", "workflow", "workspace"]
    why: str
    max_kb: int = 64


class Capabilities(_Strict, frozen=True):
    """What it may do; nothing by default."""

    http: tuple[HttpGrant, ...] = ()
    store: StoreGrant | None = None
    files: Literal["none", "temp", "binary-items"] = "none"
    #: Types of credentials it may name; the host signs, the package never sees a secret.
    secrets: tuple[str, ...] = ()


class Auth(_Strict, frozen=True):
    """How the host puts a credential on a request, or connects with it.

    Texts may name fields of the credential in braces: `Token {api_key}`.
    """

    kind: Literal[
        "header",
        "query",
        "bearer",
        "basic",
        "digest",
        "certificate",
        "hmac",
        "oauth2",
        "login",
        # Never sent: what comes in is checked with it.
        "incoming",
    ]
    #: header and query: its name and its value.
    name: str = ""
    value: str = ""
    #: What the kind needs, where a field of that name does not say it.
    values: dict[str, str] = {}


class CredentialType(_Strict, frozen=True):
    """A kind of credential that this package brings along."""

    type: str
    title: str
    auth: Auth
    #: JSON Schema of its fields, in place or as a file. What has `writeOnly` is a secret.
    schema: str | dict[str, Any] = {}
    #: Origins that it may be sent to. None: whoever enters it says.
    hosts: tuple[str, ...] = ()
    #: A request that shows whether it works: `url`, `method` and the `status` to expect.
    #: For logins: `connect`, which is `smtp`, `imap`, `sql` or `tcp`.
    test: dict[str, Any] = {}


class PortEntry(_Strict, frozen=True):
    """A named input or output."""

    name: str
    title: str = ""
    #: JSON Schema of one item's `json`, in place or as a file.
    schema: str | dict[str, Any] | None = None
    sample: str | dict[str, Any] | None = None
    required: bool = True


class RetryEntry(_Strict, frozen=True):
    """Retry defaults; see `penstock_sdk.Retry`."""

    max_attempts: int = 1
    first_delay_s: float = 1.0
    factor: float = 2.0
    max_delay_s: float = 300.0
    jitter: float = 0.2


class NodeEntry(_Strict, frozen=True):
    """A node of a sandboxed package, whole; of a native one only an announcement of its name."""

    #: Within the package: `forecast` in `acme/weather` is the node type `acme/weather.forecast`.
    name: str
    version: int = 1
    kind: NodeKind = "action"
    title: str = ""
    description: str = ""
    group: str = "other"
    icon: str = ""
    aliases: tuple[str, ...] = ()
    docs: str = ""
    #: JSON Schema 2020-12 with `x-ui` hints, in place or as a file.
    config: str | dict[str, Any] = {}
    inputs: tuple[PortEntry, ...] = (PortEntry(name="main"),)
    outputs: tuple[PortEntry, ...] = (PortEntry(name="main"),)
    sample: str | dict[str, Any] | None = None
    #: Left out: `unsafe` where the package may use HTTP, otherwise `none`.
    effects: Effects | None = None
    retry: RetryEntry = RetryEntry()
    per_item: bool = False
    #: http: the request.
    request: dict[str, Any] = {}
    migrate: dict[str, Any] | str = {}


class ExampleEntry(_Strict, frozen=True):
    """A workflow that shows the package at work."""

    file: str


class TestsEntry(_Strict, frozen=True):
    """Where its tests keep recorded HTTP."""

    fixtures: str = ""


class Manifest(_Strict, frozen=True):
    """The whole of it."""

    schema: int
    package: Package
    engines: Engines
    runtime: Runtime
    capabilities: Capabilities = Capabilities()
    credentials: tuple[CredentialType, ...] = ()
    nodes: tuple[NodeEntry, ...] = ()
    examples: tuple[ExampleEntry, ...] = ()
    tests: TestsEntry = TestsEntry()

    def node_type(self, entry: NodeEntry) -> str:
        """The full name of one of its nodes."""
        return f"{self.package.id}.{entry.name}"


class ManifestInvalid(PenstockError):
    """A manifest cannot be used as it is.

    Attributes:
        findings: Everything that is wrong with it.
    """

    code: ClassVar[str] = "manifest.invalid"

    def __init__(self, findings: Sequence[ManifestFinding]) -> None:
        lines = [f"{one.key}: {one.problem}" for one in findings]
        super().__init__("; ".join(lines), hint=" ".join(one.fix for one in findings))
        self.findings = tuple(findings)


def parse_manifest(data: bytes, *, format: Format) -> Manifest:  # noqa: A002  the public name
    """Read a manifest.

    Args:
        data: The bytes of `node.toml` or `manifest.json`.
        format: Which of the two.

    Raises:
        ManifestInvalid: With every finding at once.
    """
    raw = _decode(data, format)
    findings = manifest_check.structure(raw, Manifest)
    findings += _meaning(raw)
    if findings:
        raise ManifestInvalid(findings)
    return msgspec.convert(raw, Manifest)


def _decode(data: bytes, format_: Format) -> dict[str, Any]:
    try:
        raw = tomllib.loads(data.decode()) if format_ == "toml" else msgspec.json.decode(data)
    except (ValueError, RecursionError) as error:  # both parsers raise kinds of ValueError
        fix = f"Make the file valid {format_.upper()} in UTF-8."
        raise ManifestInvalid([ManifestFinding("(file)", "", str(error), fix)]) from error
    if not isinstance(raw, dict):
        fix = "Put the keys `schema`, `package`, `engines` and `runtime` at its top level."
        raise ManifestInvalid([ManifestFinding("(file)", "", "is not an object", fix)])
    return raw  # pyright: ignore[reportUnknownVariableType]  # keys of JSON and TOML are texts


def _meaning(raw: dict[str, Any]) -> list[ManifestFinding]:
    """What types cannot say. Looks at raw data, so that it works beside structural findings."""
    package, engines = table(raw.get("package")), table(raw.get("engines"))
    findings: list[ManifestFinding] = []
    if isinstance(raw.get("schema"), int) and raw["schema"] != SCHEMA:
        fix = f"Set `schema = {SCHEMA}`, or use a newer Penstock."
        problem = f"{raw['schema']} is a format that this version does not know"
        findings.append(ManifestFinding("schema", raw["schema"], problem, fix))
    findings += manifest_check.matches("package.id", package.get("id"), manifest_check.PACKAGE_ID)
    version = package.get("version")
    findings += manifest_check.matches("package.version", version, manifest_check.SEMVER)
    for name in ("penstock", "sdk"):
        findings += manifest_check.version_range(f"engines.{name}", engines.get(name))
    return findings + _nodes_meaning(raw) + _grants_meaning(raw)


def _nodes_meaning(raw: dict[str, Any]) -> list[ManifestFinding]:
    findings: list[ManifestFinding] = []
    seen: set[tuple[Any, Any]] = set()
    kind = table(raw.get("runtime")).get("kind")
    for index, entry in enumerate(tables(raw.get("nodes"))):
        key = f"nodes[{index}].name"
        findings += manifest_check.matches(key, entry.get("name"), manifest_check.NODE_NAME)
        name = (repr(entry.get("name")), repr(entry.get("version", 1)))
        if name in seen:
            fix = "Give each node its own name, or each version of it its own number."
            problem = f"{entry.get('name')!r} is listed twice with the same version"
            findings.append(ManifestFinding(key, entry.get("name"), problem, fix))
        seen.add(name)
    if kind in ("python", "javascript", "wasm"):
        findings += _sandboxed_meaning(raw)
    return findings


def _sandboxed_meaning(raw: dict[str, Any]) -> list[ManifestFinding]:
    findings: list[ManifestFinding] = []
    module = table(raw.get("runtime")).get("module")
    if not module:
        fix = 'Name the file with the code, such as `module = "node.py"`.'
        problem = "is missing, and a sandboxed package needs it"
        findings.append(ManifestFinding("runtime.module", module, problem, fix))
    elif not manifest_check.is_inside(module):
        fix = "Use a path inside the package, without `..` and not absolute."
        problem = f"{module!r} leads out of the package"
        findings.append(ManifestFinding("runtime.module", module, problem, fix))
    if not raw.get("nodes"):
        fix = "Add a `[[nodes]]` table for each node."
        findings.append(ManifestFinding("nodes", None, "lists no node", fix))
    return findings


def _grants_meaning(raw: dict[str, Any]) -> list[ManifestFinding]:
    findings: list[ManifestFinding] = []
    for index, grant in enumerate(tables(table(raw.get("capabilities")).get("http"))):
        for host in rows(grant.get("hosts")):
            key = f"capabilities.http[{index}].hosts"
            findings += manifest_check.matches(key, host, manifest_check.ORIGIN)
    return findings
