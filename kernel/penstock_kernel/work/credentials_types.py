"""The types of credentials that packages bring along, and credentials made after them.

The rules:

* A type says which fields there are, which of them are secret, and how the host uses them.
* A text may name fields in braces. It is filled in once; what was filled in is not looked at again.
* Where a type names the hosts, nobody who enters a credential widens them.
* No message repeats what was entered.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, cast
from urllib.parse import unquote, urlsplit

import msgspec

from penstock_kernel.packages.loader import Plugins
from penstock_kernel.secrets.backends import Backends
from penstock_kernel.store import credentials_signing
from penstock_kernel.store.credentials import (
    Credential,
    CredentialRefused,
    check,
    needed,
)
from penstock_sdk import PenstockError
from penstock_sdk.manifest import Auth, CredentialType

_FIELD = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")
_HOST_PART = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?")
_PORTS = {"postgresql": 5432, "postgres": 5432, "mysql": 3306, "mariadb": 3306}
#: What says where to a secret goes: with another value of it the secret is entered again.
LEADS = ("host", "port", "tls", "authority", "token_url", "device_url", "authorize_url", "issuer")
#: What is kept elsewhere while a URL says it all.
_URL = "url"


class CredentialTypeUnknown(PenstockError):
    """No package that is installed brings this type of credential."""

    code: ClassVar[str] = "credential.type_unknown"


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody enters."""

    fields: Mapping[str, Any]
    #: Fields that are kept elsewhere, and where.
    references: Mapping[str, str] = {}
    hosts: Sequence[str] = ()


class TypeShown(msgspec.Struct, frozen=True, kw_only=True):
    """A type as people see it."""

    type: str
    title: str
    package: str
    kind: str
    #: JSON Schema; what has `writeOnly` is a secret.
    schema: Mapping[str, Any]
    #: Empty: whoever enters a credential says.
    hosts: Sequence[str]
    #: Does it say by itself how to test one?
    tested: bool


class CredentialTypes:
    """All types of one kernel. Of two with the same name the one that was loaded first counts."""

    def __init__(self, plugins: Plugins) -> None:
        self._types: dict[str, tuple[CredentialType, str]] = {}
        for package in plugins.accepted:
            for one in package.credentials:
                self._types.setdefault(one.type, (one, package.package))
        for origin, answer in plugins.collect("register_credential_types"):
            try:
                one = msgspec.convert(answer, CredentialType)
            except msgspec.ValidationError:
                continue
            self._types.setdefault(one.type, (one, origin))

    def get(self, name: str) -> CredentialType:
        """A type.

        Raises:
            CredentialTypeUnknown: There is none of that name.
        """
        if name not in self._types:
            message = f"There is no type of credential {name!r}."
            hint = f"There are: {', '.join(sorted(self._types)) or 'none'}."
            raise CredentialTypeUnknown(message, hint=hint)
        return self._types[name][0]

    def shown(self) -> Sequence[TypeShown]:
        """All types, by name."""
        return [_shown(*self._types[name]) for name in sorted(self._types)]


def made(kind: CredentialType, credential: str, given: Given) -> Credential:
    """A credential of a type.

    Raises:
        CredentialRefused: What was entered does not fit the type.
    """
    fields = _with_defaults(kind, given.fields)
    _check_fields(kind, fields, given.references)
    templates = _templates(kind.auth, _properties(kind))
    hidden = secret_fields(kind)
    wrong = [name for name in given.references if name not in hidden]
    if wrong:
        message = f"Only a secret may be kept elsewhere, and {', '.join(wrong)} is none."
        raise CredentialRefused(message, hint="Enter it here.")
    whole = Credential(
        id=credential,
        type=kind.type,
        scheme=kind.auth.kind,
        hosts=_hosts(kind, fields, given.hosts),
        public={name: value for name, value in fields.items() if name not in hidden},
        secrets=filled(templates, fields, kind.auth.kind),
        fields=fields,
        references=given.references,
        templates=templates if given.references else {},
    )
    check(whole)
    _check_signing(whole)
    return whole


class Completing:
    """Fills in what is kept elsewhere."""

    def __init__(self, backends: Backends) -> None:
        self._backends = backends

    async def __call__(self, workspace: str, credential: Credential) -> Credential:
        """A credential that can be used.

        Raises:
            ReferenceRefused: This workspace may not read from there.
            SecretUnavailable: What is kept there is not handed out.
            CredentialRefused: With what is there it cannot be used.
        """
        values = await self._backends.values(workspace, credential.references)
        return resolved(credential, values)


def resolved(credential: Credential, values: Mapping[str, str]) -> Credential:
    """A credential with the values of the fields that are kept elsewhere.

    Raises:
        CredentialRefused: With these values it cannot be used.
    """
    fields = {**credential.fields, **values}
    secrets = filled(credential.templates, fields, credential.scheme)
    return msgspec.structs.replace(credential, secrets={**credential.secrets, **secrets})


def filled(templates: Mapping[str, str], fields: Mapping[str, Any], kind: str) -> Mapping[str, str]:
    """What a scheme needs, from the fields. What comes to nothing is left out."""
    found = {name: _fill(text, fields) for name, text in templates.items()}
    found = {name: text for name, text in found.items() if text or name in needed(kind)}
    if kind == "login" and found.get(_URL):
        found = {**_from_url(found.pop(_URL)), **found}
    return found


def secret_fields(kind: CredentialType) -> frozenset[str]:
    """The fields that are never shown. What the schema does not know is one too."""
    known = _properties(kind)
    return frozenset(name for name, one in known.items() if one.get("writeOnly") is True)


def check_target(before: Credential, after: Credential, entered: frozenset[str]) -> None:
    """Look whether secrets that somebody cannot see would go to where he says.

    Raises:
        CredentialRefused: They would, and he has not entered them again.
    """
    wider = set(after.hosts) - set(before.hosts)
    turned = [one for one in LEADS if before.secrets.get(one, "") != after.secrets.get(one, "")]
    kept = {name for name in after.fields if name not in after.public} - entered
    kept |= after.references.keys() - entered
    if (wider or (turned and after.scheme in ("login", "oauth2"))) and kept:
        message = "What is secret has to be entered again, because it would go to another place."
        hint = f"Enter {', '.join(sorted(kept))} together with this change."
        raise CredentialRefused(message, hint=hint)


def _shown(kind: CredentialType, package: str) -> TypeShown:
    return TypeShown(
        type=kind.type,
        title=kind.title,
        package=package,
        kind=kind.auth.kind,
        schema=_schema(kind),
        hosts=kind.hosts,
        tested=bool(kind.test),
    )


def _schema(kind: CredentialType) -> Mapping[str, Any]:
    return kind.schema if isinstance(kind.schema, dict) else {}


def _properties(kind: CredentialType) -> Mapping[str, Mapping[str, Any]]:
    found: Mapping[str, Mapping[str, Any]] = _schema(kind).get("properties", {})
    return found


def _with_defaults(kind: CredentialType, fields: Mapping[str, Any]) -> dict[str, Any]:
    known = {n: one["default"] for n, one in _properties(kind).items() if "default" in one}
    return {**known, **{name: value for name, value in fields.items() if value is not None}}


def _check_fields(
    kind: CredentialType, fields: Mapping[str, Any], references: Mapping[str, str]
) -> None:
    from jsonschema.validators import Draft202012Validator  # noqa: PLC0415  # slow to import

    schema = {"additionalProperties": False, **_schema(kind), "type": "object"}
    standing_in = {**fields, **dict.fromkeys(references, "elsewhere")}
    validator: Any = Draft202012Validator(schema)
    for error in validator.iter_errors(standing_in):
        name = ".".join(str(part) for part in error.absolute_path)
        if name in references:
            continue
        if error.validator == "additionalProperties":
            unknown = sorted(standing_in.keys() - _properties(kind).keys())
            problem = f"there is no field {', '.join(unknown)}"
        elif error.validator == "required":
            missing = [one for one in error.validator_value if one not in standing_in]
            problem = f"{', '.join(missing)} is missing"
        else:
            problem = f"{name or 'a field'} breaks its rule {error.validator!r}"
        message = f"This is no {kind.title}: {problem}."
        raise CredentialRefused(message, hint="Its type says which fields it has.")


def _templates(auth: Auth, properties: Mapping[str, Any]) -> Mapping[str, str]:
    found = {name: f"{{{name}}}" for name in properties}
    if auth.name:
        found["name"] = auth.name
    if auth.value:
        found["value"] = auth.value
    return {**found, **auth.values}


def _fill(text: str, fields: Mapping[str, Any]) -> str:
    def value(match: re.Match[str]) -> str:
        found = fields.get(match[1], "")
        if isinstance(found, bool):
            return "true" if found else "false"
        return (
            " ".join(map(str, cast("list[object]", found)))
            if isinstance(found, list)
            else str(found)
        )

    return _FIELD.sub(value, text)


def _hosts(
    kind: CredentialType, fields: Mapping[str, Any], given: Sequence[str]
) -> tuple[str, ...]:
    if not kind.hosts:
        return tuple(host.strip() for host in given)
    for name in {name for host in kind.hosts for name in _FIELD.findall(host)}:
        if not _HOST_PART.fullmatch(str(fields.get(name, ""))):
            message = f"{name} cannot be a part of the name of a host."
            raise CredentialRefused(message, hint="Use lower-case letters, digits, dots and -.")
    hosts = tuple(_fill(host, fields) for host in kind.hosts)
    if given and not set(given) <= set(hosts):
        message = f"A {kind.title} is for {', '.join(hosts)}, and for no other host."
        raise CredentialRefused(message, hint="Leave the hosts out.")
    return tuple(given) or hosts


def _check_signing(credential: Credential) -> None:
    if credential.scheme == "hmac" and not credential.references:
        problems = credentials_signing.problems(credential.secrets)
        if problems:
            message = f"It cannot sign: {'; '.join(problems)}."
            raise CredentialRefused(message, hint="Correct these fields.")


def _from_url(url: str) -> dict[str, str]:
    """Where the URL of a database leads, and as whom."""
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme.partition("+")[0], 0)
    except ValueError:
        message = "The URL of the database is none."
        # Without the cause, which repeats the URL.
        raise CredentialRefused(message, hint="postgresql://user:password@host/name") from None
    found = {
        "host": parts.hostname or "",
        "port": str(port or ""),
        "user": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "database": unquote(parts.path.lstrip("/")),
    }
    return {name: value for name, value in found.items() if value}
