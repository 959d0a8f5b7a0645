"""Credentials: entered, changed, tested, looked after. What is secret never comes out again."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from penstock_kernel.store.sql.credentials import Listed
from penstock_kernel.store.sql.credentials_bindings import Usage
from penstock_kernel.work.credentials import Change
from penstock_kernel.work.credentials_desk import Desk, open_desk
from penstock_kernel.work.credentials_types import Given as Entered
from penstock_kernel.work.credentials_types import TypeShown
from penstock_web.http.endpoint import Call, Given, Page, Paged, Reply, endpoint
from penstock_web.http.problem import BadRequest, StateNeeded

Name = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^[^\x00]+$")]
Text = Annotated[str, Meta(max_length=2_000)]
Days = Annotated[int, Meta(ge=1, le=3_650)]
#: By field of the type. What is secret is written and never read.
Fields = Annotated[Mapping[str, Any], Meta(extra_json_schema={"writeOnly": True})]
#: Secret fields that are kept elsewhere, and where: `vault:path#field`.
References = Mapping[str, Text]


class OneCredential(Given, frozen=True):
    """Which credential."""

    credential: str


class CredentialsWanted(Paged, frozen=True):
    """Which credentials to list."""

    #: Part of the name.
    search: str = ""
    type: str = ""
    #: Only those that are to be changed by now.
    overdue: bool = False


class CredentialGiven(Given, frozen=True):
    """A credential to be kept."""

    name: Name
    type: str
    fields: Fields = msgspec.field(default_factory=dict[str, Any])
    references: References = msgspec.field(default_factory=dict[str, Text])
    #: Where it may be sent, such as `https://api.example.com`; not where its type says so.
    hosts: Sequence[Text] = ()
    #: After how many days it is to be changed.
    rotate_days: Days | None = None


class CredentialChange(Given, frozen=True):
    """What is to be different; what is left out stays."""

    name: Name | UnsetType = UNSET
    #: Only the fields that change; null takes a value away.
    fields: Fields | UnsetType = UNSET
    references: References | UnsetType = UNSET
    hosts: Sequence[Text] | UnsetType = UNSET
    rotate_days: Days | UnsetType | None = UNSET


class CredentialTrying(Given, frozen=True):
    """How to test."""

    #: On one of its hosts; by default what its type says.
    url: Text = ""


class CredentialShown(msgspec.Struct, frozen=True, kw_only=True):
    """A credential, without what is secret."""

    credential: Listed
    #: Is it to be changed by now?
    overdue: bool


class CredentialUsage(msgspec.Struct, frozen=True):
    """The nodes that may use a credential."""

    nodes: Sequence[Usage]


class CredentialTypesShown(msgspec.Struct, frozen=True):
    """The types there are."""

    types: Sequence[TypeShown]


@endpoint("GET", "/credential-types", needs="credential:read", tag="credentials")
async def list_credential_types(call: Call) -> CredentialTypesShown:
    """The types of credentials, each with the JSON Schema of its fields."""
    return CredentialTypesShown(_desk(call).kept.types.shown())


@endpoint("GET", "/credentials", needs="credential:read")
async def list_credentials(call: Call, query: CredentialsWanted) -> Page[CredentialShown]:
    """The credentials that you may see, by name."""
    limit = min(max(query.limit, 1), 200)
    found = await _desk(call).kept.list(
        call.scope,
        part=query.search,
        type_=query.type,
        overdue=query.overdue,
        after=_place(query.cursor),
        most=limit + 1,
    )
    page, more = found[:limit], len(found) > limit
    cursor = _cursor(page[-1]) if more and page else None
    return Page([_shown(call, one) for one in page], cursor)


@endpoint("POST", "/credentials", needs="credential:write", status=201)
async def add_credential(call: Call, body: CredentialGiven) -> Reply[CredentialShown]:
    """Keep a new credential."""
    given = Entered(fields=body.fields, references=body.references, hosts=body.hosts)
    added = await _desk(call).kept.add(
        call.scope, body.name, body.type, given, rotate_days=body.rotate_days
    )
    return _replied(call, added)


@endpoint("GET", "/credentials/{credential}", needs="credential:read")
async def show_credential(call: Call, path: OneCredential) -> Reply[CredentialShown]:
    """A credential, without what is secret. A change has to name its `ETag`."""
    return _replied(call, await _desk(call).kept.get(call.scope, path.credential))


@endpoint("PATCH", "/credentials/{credential}", needs="credential:write")
async def change_credential(
    call: Call, path: OneCredential, body: CredentialChange
) -> Reply[CredentialShown]:
    """Change a credential. `If-Match` has the `ETag` of what was read.

    What is secret has to be entered again together with a change of where it is sent.
    """
    change = Change(
        name=body.name,
        fields=body.fields,
        references=body.references,
        hosts=body.hosts,
        rotate_days=body.rotate_days,
    )
    seen = _seen(call)
    changed = await _desk(call).kept.change(call.scope, path.credential, change, seen=seen)
    return _replied(call, changed)


@endpoint("DELETE", "/credentials/{credential}", needs="credential:delete")
async def remove_credential(call: Call, path: OneCredential) -> None:
    """Forget a credential; nodes that use it fail from then on."""
    await _desk(call).kept.remove(call.scope, path.credential)


@endpoint("POST", "/credentials/{credential}/test", needs="credential:use")
async def check_credential(
    call: Call, path: OneCredential, body: CredentialTrying
) -> CredentialShown:
    """Look whether it works, by one request; `test_error` says what came of it."""
    found = await _desk(call).kept.test(call.scope, path.credential, body.url)
    return _shown(call, found)


@endpoint("GET", "/credentials/{credential}/usage", needs="credential:read")
async def usage_of_credential(call: Call, path: OneCredential) -> CredentialUsage:
    """The nodes that may use it."""
    return CredentialUsage(await _desk(call).kept.usage(call.scope, path.credential))


def _desk(call: Call) -> Desk:
    return open_desk(call.kernel)


def _shown(call: Call, listed: Listed) -> CredentialShown:
    overdue = listed.due_ms is not None and listed.due_ms <= call.kernel.now_ms()
    return CredentialShown(credential=listed, overdue=overdue)


def _replied(call: Call, listed: Listed) -> Reply[CredentialShown]:
    return Reply(value=_shown(call, listed), etag=str(listed.updated_ms))


def _seen(call: Call) -> int:
    if call.seen is None:
        message = "A change has to say which state of the credential it was made to."
        raise StateNeeded(message, hint="Send the `ETag` of what you read as `If-Match`.")
    return call.seen


def _cursor(listed: Listed) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode((listed.name, listed.id))).decode()


def _place(cursor: str) -> tuple[str, str] | None:
    if not cursor:
        return None
    try:
        raw = base64.b64decode(cursor.encode(), altchars=b"-_", validate=True)
        found: tuple[str, str] = msgspec.json.decode(raw, type=tuple[str, str])
    except (ValueError, msgspec.DecodeError) as error:
        message = "The cursor is none that was handed out here."
        raise BadRequest(message, hint="Begin with the first page.") from error
    return found


ENDPOINTS = [
    list_credential_types,
    list_credentials,
    add_credential,
    show_credential,
    change_credential,
    remove_credential,
    check_credential,
    usage_of_credential,
]
