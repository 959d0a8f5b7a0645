"""The settings of a kernel: defaults, then `penstock.toml`, then the environment.

The rules:

* A setting is read from `PENSTOCK_<NAME>`, or from the file that `PENSTOCK_<NAME>_FILE` names.
* A variable that is empty is not set, because compose files hand on variables that nobody gave a
  value. In the file an empty text is a value like others, and wrong where a value is needed.
* Every wrong value is told at once, each with a sentence that says what is expected.
* A name that is no setting is a warning with the nearest one, because a typing error must not pass
  in silence and a newer file must not keep an older program from starting.
"""

from __future__ import annotations

import os
import sys
import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal
from urllib.parse import quote

import msgspec
from msgspec import Meta

from penstock_kernel.settings_checks import CHECKS
from penstock_sandbox.contract import Budget
from penstock_sdk import PenstockError

PREFIX = "PENSTOCK_"
#: Read elsewhere: by set-up, by tests and by the command line.
_ELSEWHERE = frozenset({"CONFORMANCE", "HOME", "CACHE_DIR"})


RateRule = Annotated[str, Meta(pattern=r"^(host|credential|workspace):[^=\s]+=[1-9][0-9]*/[smh]$")]
NodeLimit = Annotated[str, Meta(pattern=r"^[^=\s]+=[1-9][0-9]*$")]
Tagged = Annotated[str, Meta(pattern=r"^[^=\s]+=[^=+\s]+(\+[^=+\s]+)*$")]


class SettingsInvalid(PenstockError):
    """The settings cannot be used.

    Attributes:
        findings: One sentence per wrong value.
    """

    code: ClassVar[str] = "settings.invalid"

    def __init__(self, findings: list[str]) -> None:
        super().__init__(
            " ".join(findings), hint="Correct them in penstock.toml or the environment."
        )
        self.findings = findings


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an operator can choose."""

    #: Where state, binary data, credentials and the key are kept.
    data_dir: Path = Path("data")
    #: Where executions and workflows are kept: `sqlite:///FILE` or `postgresql://…`. Empty: `run`
    #: keeps nothing, and a server uses the file `penstock.db` in the data directory.
    database: str = ""
    #: An object store for binary data that several machines share: `s3://BUCKET/PREFIX`. Empty:
    #: files in the data directory.
    blob_store: str = ""
    #: 64 hexadecimal digits that everything that is sealed depends on; the same on all machines.
    #: Or where it is kept: `vault:MOUNT/PATH#FIELD`. Empty: a key is made in the data directory.
    secret_key: Annotated[str, Meta(pattern=r"^([0-9a-fA-F]{64}|[a-z][a-z0-9-]*:.+)?$")] = ""
    #: What credentials may read from elsewhere: `vault:MOUNT/{workspace}/*`.
    secret_references: tuple[str, ...] = ()
    #: nats: doorbells and events go over NATS; db: workers look into the database, without NATS.
    dispatch: Literal["nats", "db"] = "nats"
    #: A NATS cluster of the operator's; empty: a server of our own is started beside us.
    nats_url: str = ""
    #: Executions that may be queued at once in a workspace; more are refused, to be sent again.
    max_queued: Annotated[int, Meta(ge=1)] = 100_000
    #: Days that executions are kept after their end; 0: for ever.
    retention_days: Annotated[int, Meta(ge=0)] = 14
    #: Ended executions that are kept in a workspace; 0: any number.
    retention_executions: Annotated[int, Meta(ge=0)] = 50_000
    #: Pools of workers with the tags that they carry: `NAME=TAG+TAG`.
    pools: tuple[Tagged, ...] = ()
    #: Tags that node types ask for: `TYPE=TAG+TAG`; a workflow runs where its nodes can.
    node_tags: tuple[Tagged, ...] = ()
    #: Steps of a node type that run at once, in all processes together: `TYPE=NUMBER`.
    node_limits: tuple[NodeLimit, ...] = ()
    #: For how long results of steps are kept to be used again: `TYPE=SECONDS`.
    cache: tuple[NodeLimit, ...] = ()
    #: How often something may be reached, from all processes together: `host:NAME=10/s`,
    #: `credential:ID=100/m`, `workspace:ID=1000/h`; the name `*` is each one.
    rate_limits: tuple[RateRule, ...] = ()
    #: runners: processes behind walls. inprocess: for embedding and tests.
    sandbox: Literal["runners", "inprocess"] = "runners"
    #: Runner processes at most; 0 is two per processor.
    runners: Annotated[int, Meta(ge=0, le=256)] = 0
    #: IANA name, for workflows that name none.
    timezone: str = "UTC"
    #: Distributions of native plugins that are trusted.
    native_plugins: tuple[str, ...] = ()
    #: Folders with sandboxed packages.
    packages: tuple[Path, ...] = ()
    #: Networks and hosts that nodes may reach although they are not public.
    egress_allow: tuple[str, ...] = ()
    #: Folders that workflows may use: `NAME=FOLDER`, or `NAME=FOLDER:ro` to only read.
    file_roots: tuple[str, ...] = ()
    #: The operator's own proxy for everything that goes out.
    egress_proxy: str | None = None
    #: Walls without which code of strangers is refused.
    required_walls: frozenset[str] = frozenset()
    #: Limits of one guest call.
    guest_fuel: Annotated[int, Meta(ge=1)] = Budget().fuel
    guest_memory_bytes: Annotated[int, Meta(ge=1 << 20)] = Budget().memory_bytes
    guest_wall_s: Annotated[float, Meta(gt=0)] = Budget().wall_s
    guest_total_s: Annotated[float, Meta(gt=0)] = Budget().total_s
    guest_output_bytes: Annotated[int, Meta(ge=1)] = Budget().output_bytes
    guest_host_calls: Annotated[int, Meta(ge=0)] = Budget().host_calls
    guest_fetched_bytes: Annotated[int, Meta(ge=0)] = Budget().fetched_bytes
    #: Where a server listens. Other than on a loopback address only when somebody owns it.
    bind: Annotated[str, Meta(pattern=r"^\S+$")] = "127.0.0.1"
    port: Annotated[int, Meta(ge=0, le=65_535)] = 5680
    #: Listen anywhere although nobody owns the server yet: others are kept away by other means.
    open_setup: bool = False
    #: How the server is reached from outside, as `https://flows.example.com`; for links.
    public_url: Annotated[str, Meta(pattern=r"^(https?://[^\s/?#@]+(/[^\s?#]*)?)?$")] = ""
    #: console: lines for people; json: an object per line, for programs.
    log_format: Literal["console", "json"] = "console"
    #: Who is told metrics without a token: whoever reaches a loopback address, everybody, nobody.
    metrics: Literal["local", "open", "off"] = "local"
    #: Whoever asks for metrics has to send it.
    metrics_token: str = ""
    #: Give metrics of executions a label with their workflow.
    metrics_workflows: bool = False
    #: The server that mail is handed to: alerts, invitations. Empty: no mail is sent.
    smtp_host: str = ""
    smtp_port: Annotated[int, Meta(ge=1, le=65_535)] = 587
    smtp_user: str = ""
    smtp_password: str = ""
    #: start: TLS after a word in the clear; verify: from the first byte; off: none.
    smtp_tls: Literal["start", "verify", "off"] = "start"
    #: The sender of mail.
    mail_from: str = ""
    #: secure: cookies go over HTTPS alone; auto: over plain HTTP too on this machine; plain: over
    #: plain HTTP from anywhere, for networks that are trusted.
    cookies: Literal["auto", "secure", "plain"] = "auto"
    #: lax: no other site sends the cookie along; none: one that shows the editor in a frame does.
    same_site: Literal["lax", "none"] = "lax"
    #: Origins besides our own from which a browser may use the API.
    trusted_origins: tuple[str, ...] = ()
    #: Sites that may show our pages in a frame.
    frame_ancestors: tuple[str, ...] = ()
    #: Networks of proxies whose X-Forwarded-For counts.
    proxies: tuple[str, ...] = ()
    #: May whoever likes make himself an account?
    registration: bool = False
    #: Addresses that may; `example.com` is the part after the @. Empty: all.
    registration_domains: tuple[str, ...] = ()
    #: Let the garbage collector look less often, and not at what was there at start.
    tune_gc: bool = False

    @property
    def store_url(self) -> str:
        """The database of a server."""
        # What has a meaning in an address is a character like others in the name of a folder.
        return self.database or f"sqlite:///{quote(str(self.data_dir / 'penstock.db'), safe='/ ')}"

    @property
    def budget(self) -> Budget:
        """What one guest call may spend."""
        return Budget(
            fuel=self.guest_fuel,
            memory_bytes=self.guest_memory_bytes,
            wall_s=self.guest_wall_s,
            total_s=self.guest_total_s,
            output_bytes=self.guest_output_bytes,
            host_calls=self.guest_host_calls,
            fetched_bytes=self.guest_fetched_bytes,
        )


class Loaded(msgspec.Struct, frozen=True):
    """Settings, and what to tell the operator about them."""

    settings: Settings
    warnings: list[str] = []
    #: Where the settings that are no defaults come from, by name.
    origins: Mapping[str, str] = {}


_NAMES = frozenset(Settings.__struct_fields__)


def load_settings(
    *, file: Path | None = None, environment: Mapping[str, str] | None = None
) -> Loaded:
    """Read the settings.

    Args:
        file: The configuration file; by default `penstock.toml` in the working directory, if any.
        environment: By default that of the process.

    Raises:
        SettingsInvalid: With a sentence for every wrong value.
    """
    findings: list[str] = []
    values = _from_file(file, findings)
    values |= _from_environment(os.environ if environment is None else environment, findings)
    unknown = sorted(values.keys() - _NAMES)
    warnings = [_unknown(name, values.pop(name)[0]) for name in unknown]
    chosen: dict[str, Any] = {
        name: _convert(name, *found, findings) for name, found in values.items()
    }
    if findings:
        raise SettingsInvalid(findings)
    chosen.setdefault("data_dir", default_data_dir())
    return Loaded(
        Settings(**chosen), warnings, {name: where for name, (where, _) in values.items()}
    )


def default_data_dir() -> Path:
    """The user's data directory."""
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "penstock"
    given = os.environ.get("XDG_DATA_HOME")
    return (Path(given) if given else Path.home() / ".local" / "share") / "penstock"


def _from_file(file: Path | None, findings: list[str]) -> dict[str, tuple[str, Any]]:
    path = Path("penstock.toml") if file is None else file
    try:
        read = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        if file is not None:
            findings.append(f"The configuration file {path} does not exist.")
        return {}
    except OSError as error:
        findings.append(f"{path} cannot be read: {error.strerror}.")
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        findings.append(f"{path} is not TOML: {error}.")
        return {}
    return {name: (f"{name} in {path}", value) for name, value in read.items()}


def _from_environment(
    environment: Mapping[str, str], findings: list[str]
) -> dict[str, tuple[str, Any]]:
    found: dict[str, tuple[str, Any]] = {}
    for variable, text in environment.items():
        name = variable.removeprefix(PREFIX)
        if name == variable or name in _ELSEWHERE or not text:
            continue
        setting = name.removesuffix("_FILE").lower()
        named_file = name.endswith("_FILE") and setting in _NAMES
        value = _content(variable, text, findings) if named_file else text
        if value is not None:
            found[setting] = (variable, value)
    return found


def _content(variable: str, path: str, findings: list[str]) -> str | None:
    try:
        return Path(path).read_text("utf-8").rstrip("\n")
    except (OSError, UnicodeDecodeError) as error:
        findings.append(f"The file that {variable} names cannot be read: {error}.")
        return None


def _convert(name: str, where: str, value: Any, findings: list[str]) -> Any:
    wanted = _TYPES[name]
    if isinstance(value, str) and name in _LISTS:
        value = [part.strip() for part in value.split(",") if part.strip()]
    if name == "data_dir" and not (isinstance(value, str) and value.strip()):
        findings.append(f"{where} has to be one path.")
        return None
    if name in ("data_dir", "packages"):
        return _paths(where, value, findings)
    try:
        found = msgspec.convert(value, wanted, strict=not isinstance(value, str))
        if name in CHECKS:
            CHECKS[name](found)
    except (msgspec.ValidationError, ValueError) as error:
        why = f"{_FORMS[name]} is expected" if name in _FORMS else str(error)
        given = "what it is" if name in SECRET | _MAY_HOLD_PASSWORDS else repr(value)
        findings.append(f"{where} cannot be {given}: {why}.")
        return None
    return found


def _paths(where: str, value: Any, findings: list[str]) -> Any:
    if isinstance(value, str):
        return Path(value).expanduser()
    try:
        return tuple(Path(part).expanduser() for part in msgspec.convert(value, list[str]))
    except msgspec.ValidationError:
        findings.append(f"{where} has to be a path.")
        return None


_TYPES = {field.name: field.type for field in msgspec.structs.fields(Settings)}
#: What is never shown.
SECRET = frozenset({"metrics_token", "smtp_password", "secret_key"})
_MAY_HOLD_PASSWORDS = frozenset({"egress_proxy"})
#: What is expected, where a pattern would say it to nobody.
_FORMS = {
    "pools": "`NAME=TAG` or `NAME=TAG+TAG`, with commas between them,",
    "node_tags": "`TYPE=TAG` or `TYPE=TAG+TAG`, with commas between them,",
    "node_limits": "`TYPE=NUMBER`, with commas between them,",
    "cache": "`TYPE=SECONDS`, with commas between them,",
    "rate_limits": "`host:NAME=10/s`, `credential:ID=100/m` or `workspace:ID=1000/h`",
    "bind": "an address such as `127.0.0.1`",
    "public_url": "an address such as `https://flows.example.com`",
    "secret_key": "a text of 64 hexadecimal digits, or a reference such as `vault:kv/penstock#key`",
}
_LISTS = frozenset(
    {
        "native_plugins",
        "packages",
        "egress_allow",
        "secret_references",
        "trusted_origins",
        "frame_ancestors",
        "proxies",
        "registration_domains",
        "file_roots",
        "required_walls",
        "pools",
        "node_tags",
        "rate_limits",
        "node_limits",
        "cache",
    }
)


def _unknown(name: str, where: str) -> str:
    close = get_close_matches(name, sorted(_NAMES), n=1)
    question = f" Did you mean {close[0]}?" if close else ""
    return f"{where} is no setting of Penstock and was left out.{question}"
