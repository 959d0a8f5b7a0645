"""Which webhook a request is for."""

from __future__ import annotations

import pytest

from penstock_kernel.store.sql.hooks import StoredWebhook
from penstock_kernel.work.routes import Routes


def webhook(method: str, path: str, workspace: str = "default") -> StoredWebhook:
    return StoredWebhook(
        id=f"{workspace} {method} {path}",
        workspace_id=workspace,
        workflow_id="wf",
        node_id="n0",
        version=1,
        method=method,
        path=path,
        created_ms=0,
    )


ROUTES = Routes(
    [
        webhook("POST", "orders"),
        webhook("ANY", "orders"),
        webhook("POST", "orders/:id"),
        webhook("POST", "orders/new"),
        webhook("POST", ":kind/:id"),
        webhook("ANY", ":kind/:id"),
        webhook("POST", ":a/x/:b"),
        webhook("POST", "s/:x/y"),
        webhook("GET", "Case"),
        webhook("GET", "orders", "other"),
    ]
)


@pytest.mark.parametrize(
    ("method", "path", "expected", "params"),
    [
        pytest.param("POST", "orders", "POST orders", {}, id="written-out"),
        pytest.param("POST", "/orders/", "POST orders", {}, id="slashes-around"),
        pytest.param("PUT", "orders", "ANY orders", {}, id="any-method"),
        pytest.param("POST", "orders/new", "POST orders/new", {}, id="before-parameters"),
        pytest.param("POST", "orders/7", "POST orders/:id", {"id": "7"}, id="parameter"),
        pytest.param(
            "POST", "users/7", "POST :kind/:id", {"kind": "users", "id": "7"}, id="two-parameters"
        ),
        pytest.param(
            "PATCH", "a/b", "ANY :kind/:id", {"kind": "a", "id": "b"}, id="any-with-parameters"
        ),
        pytest.param("POST", "s/x/y", "POST s/:x/y", {"x": "x"}, id="first-part-written-out-wins"),
        pytest.param("POST", "q/x/ü", "POST :a/x/:b", {"a": "q", "b": "ü"}, id="not-ascii"),
    ],
)
def test_a_request_finds_the_webhook_that_fits_best(
    method: str, path: str, expected: str, params: dict[str, str]
) -> None:
    match = ROUTES.find("default", method, path)

    assert match is not None
    assert (match.webhook.id, dict(match.params)) == (f"default {expected}", params)


@pytest.mark.parametrize(
    ("workspace", "method", "path"),
    [
        pytest.param("default", "GET", "case", id="other-case"),
        pytest.param("default", "GET", "", id="no-path"),
        pytest.param("default", "POST", "a/b/c/d", id="too-long"),
        pytest.param("default", "POST", "//", id="empty-parts"),
        pytest.param("other", "POST", "orders", id="other-method"),
        pytest.param("nowhere", "POST", "orders", id="other-workspace"),
    ],
)
def test_what_fits_nothing_finds_nothing(workspace: str, method: str, path: str) -> None:
    assert ROUTES.find(workspace, method, path) is None


def test_the_methods_of_a_path_are_told() -> None:
    assert ROUTES.methods("default", "orders") == ["ANY", "GET", "POST"]
    assert ROUTES.methods("other", "orders") == ["GET"]
    assert ROUTES.methods("other", "nothing") == []
