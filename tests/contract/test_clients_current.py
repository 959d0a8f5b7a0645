"""The description of the API and the clients that are kept are those of the API that there is."""

from __future__ import annotations

import inspect
import json
import re
import tomllib
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from penstock_client import Client, errors, models
from penstock_web.api import ENDPOINTS
from penstock_web.clients.__main__ import generated
from penstock_web.clients.described import described
from penstock_web.http.openapi import openapi

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def made() -> Mapping[str, str]:
    return generated()


def test_what_is_kept_is_what_would_be_made_now(made: Mapping[str, str]) -> None:
    stale = [name for name, text in made.items() if (ROOT / name).read_text() != text]

    assert stale == [], "`python dev.py clients` makes them anew"


def test_every_operation_has_a_name_of_its_own() -> None:
    names = Counter(one.name for one in ENDPOINTS)

    assert [name for name, count in names.items() if count > 1] == []


def test_every_operation_is_a_method_of_the_client_and_every_type_is_one_of_its_types() -> None:
    api = described(openapi(ENDPOINTS))

    assert [one.name for one in api.operations if not hasattr(Client, one.name)] == []
    assert [one.name for one in api.models if not hasattr(models, one.name)] == []


def test_no_operation_takes_the_name_of_what_the_client_does_itself() -> None:
    own = {"watch", "in_workspace", "close"}

    assert own & {one.name for one in ENDPOINTS} == set()
    assert all(inspect.isfunction(getattr(Client, name)) for name in own)


def test_all_parts_of_a_release_have_one_version() -> None:
    server = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    client = tomllib.loads((ROOT / "sdk" / "client" / "pyproject.toml").read_text())
    script = json.loads((ROOT / "sdk" / "js" / "package.json").read_text())

    assert client["project"]["version"] == script["version"] == models.API_VERSION == server


def test_every_error_of_the_clients_is_documented() -> None:
    page = (ROOT / "docs" / "clients.md").read_text()
    source = (ROOT / "sdk" / "js" / "src" / "errors.ts").read_text()
    names = {
        name
        for name, one in vars(errors).items()
        if isinstance(one, type) and issubclass(one, errors.CallFailed)
    }

    assert [name for name in sorted(names) if f"`{name}`" not in page] == []
    assert names == set(re.findall(r"export class (\w+)", source))
