"""Saved views of lists."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta

from penstock_kernel.store.sql import views
from penstock_kernel.store.sql.views import View, ViewGiven
from penstock_web.http.endpoint import Call, Given, Page, endpoint

Kind = Annotated[str, Meta(pattern=r"^[a-z][a-z_-]{0,39}$")]


class OneView(Given, frozen=True):
    """Which view."""

    view: str


class ViewsWanted(Given, frozen=True):
    """Views of which list."""

    #: `executions`, `workflows`, …; empty: of all.
    kind: str = ""


class ViewToKeep(Given, frozen=True):
    """What a view is to be."""

    kind: Kind
    name: Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]*$")]
    #: The parameters of the list, as its client sends them.
    query: dict[str, Any]
    #: Let everybody in the workspace see it.
    shared: bool = False

    def given(self) -> ViewGiven:
        """For the store."""
        return ViewGiven(kind=self.kind, name=self.name, query=self.query, shared=self.shared)


@endpoint("GET", "/views", needs="view:read")
async def list_views(call: Call, query: ViewsWanted) -> Page[View]:
    """One's own views and those that are shared, by name."""
    return Page(await call.server.db.read(lambda one: views.listed(one, call.scope, query.kind)))


@endpoint("POST", "/views", needs="view:write", status=201)
async def add_view(call: Call, body: ViewToKeep) -> View:
    """Keep a view."""
    now_ms = call.kernel.now_ms()
    return await call.server.db.transact(
        lambda one: views.add(one, call.scope, body.given(), now_ms)
    )


@endpoint("GET", "/views/{view}", needs="view:read")
async def show_view(call: Call, path: OneView) -> View:
    """One view."""
    return await call.server.db.read(lambda one: views.get(one, call.scope, path.view))


@endpoint("PUT", "/views/{view}", needs="view:write")
async def change_view(call: Call, path: OneView, body: ViewToKeep) -> View:
    """Let a view be something else. Others' views are for those who may change the workspace."""
    return await call.server.db.transact(
        lambda one: views.change(one, call.scope, path.view, body.given())
    )


@endpoint("DELETE", "/views/{view}", needs="view:write")
async def remove_view(call: Call, path: OneView) -> None:
    """Forget a view."""
    await call.server.db.transact(lambda one: views.remove(one, call.scope, path.view))


ENDPOINTS = [list_views, add_view, show_view, change_view, remove_view]
