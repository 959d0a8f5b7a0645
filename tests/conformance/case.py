"""One case: a workflow of the other product, and what its nodes gave there."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

TEST_DATA = "n8n-nodes-testing.testData"
#: Nodes that exist for tests and demonstrations only: the case says what they give.
_GIVEN = {
    "n8n-nodes-base.versionTest",
    "n8n-nodes-base.n8nTrainingCustomerDatastore",
    "n8n-nodes-base.n8nTrainingCustomerMessenger",
}
_DEBUG = "n8n-nodes-base.debugHelper"
_CODE = "n8n-nodes-base.code"


@dataclass(frozen=True, kw_only=True)
class Case:
    """One folder."""

    folder: Path
    workflow: dict[str, Any]
    case: Mapping[str, Any]
    reference: Mapping[str, Any]
    exchanges: Sequence[Mapping[str, Any]]
    #: What nodes of tests give, by name.
    given: Mapping[str, list[dict[str, Any]]]

    @property
    def name(self) -> str:
        """Of the folder."""
        return self.folder.name

    @property
    def types(self) -> Mapping[str, str]:
        """Node to type and version."""
        return {
            node["name"]: f"{node['type'].rpartition('.')[2]} {node.get('typeVersion', 1)}"
            for node in self.workflow["nodes"]
        }


def load(folder: Path, scratch: Path) -> Case:
    """Read a case, its placeholders filled in."""
    workflow = _filled(folder / "workflow.json", folder, scratch)
    reference = _filled(folder / "reference.json", folder, scratch)
    case = _filled(folder / "case.json", folder, scratch)
    given: dict[str, list[dict[str, Any]]] = {}
    for node in workflow["nodes"]:
        if node["type"] == TEST_DATA:
            given[node["name"]] = _test_data(node.get("parameters", {}).get("data", "[]"))
        elif node["type"] in _GIVEN or (node["type"] == _DEBUG and not _make_stop(node)):
            given[node["name"]] = _recorded(reference, node["name"])
    if not case.get("start", {}).get("honour_pin_data", case.get("tier") == "derived"):
        workflow.pop("pinData", None)
    return Case(
        folder=folder,
        workflow=workflow,
        case=case,
        reference=reference,
        exchanges=_filled(folder / "http.json", folder, scratch) or [],
        given=given,
    )


def _filled(path: Path, folder: Path, scratch: Path) -> Any:
    if not path.is_file():
        return {}
    text = path.read_text("utf-8")
    for name, value in (
        ("{{CASE_DIR}}", str(folder)),
        ("{{TMP_DIR}}", str(scratch)),
        ("{{TEST_RSA_PRIVATE_KEY_PEM}}", rsa_key()),
    ):
        if name in text:
            text = text.replace(name, json.dumps(value)[1:-1])
    return json.loads(text)


@cache
def rsa_key() -> str:
    """A key made for this run."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


def _test_data(data: Any) -> list[dict[str, Any]]:
    value = json.loads(data) if isinstance(data, str) else data
    return [{"json": one} for one in (value if isinstance(value, list) else [value])]


def _recorded(reference: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    runs = reference.get("nodes", {}).get(name) or []
    outputs = (runs[0].get("outputs") or {}).get("main") if runs else None
    return [{"json": item.get("json", {})} for item in (outputs or [[]])[0] or []]


def _make_stop(node: dict[str, Any]) -> bool:
    """A node that throws what it is told is code that does."""
    parameters = node.get("parameters", {})
    if parameters.get("category", "throwError") != "throwError":
        return False
    message = parameters.get("throwErrorMessage", "Node has thrown an error")
    node["type"], node["typeVersion"] = _CODE, 2
    node["parameters"] = {"jsCode": f"throw new Error({json.dumps(message)})"}
    return True
