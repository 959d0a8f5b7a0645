"""Node types over HTTP: listed, described, read about, asked for choices."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.support.databases import new_sqlite_url
from tests.support.server import served

from penstock_kernel.settings import Settings


async def test_node_types_are_found_by_words_in_pages(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        found = await client.json("GET", "/nodes", search="merge")
        first = await client.json("GET", "/nodes", limit=3)
        second = await client.json("GET", "/nodes", limit=3, cursor=first["next_cursor"])
        triggers = await client.json("GET", "/nodes", kind="trigger")

    assert "penstock/flow.merge" in [one["id"] for one in found["items"]]
    names = [one["id"] for one in (*first["items"], *second["items"])]
    assert names == sorted(names)
    assert len(set(names)) == 6
    assert "penstock/flow.schedule" in [one["id"] for one in triggers["items"]]
    assert all(one["kind"].startswith("trigger.") for one in triggers["items"])


async def test_a_node_type_is_described_with_its_parameters_and_ports(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        node = await client.json("GET", "/nodes/penstock/data.set")
        docs = await client.json("GET", "/nodes/penstock/data.set/docs")
        packages = await client.json("GET", "/nodes/packages")

    assert "assignments" in node["config"]["properties"]
    assert [port["name"] for port in node["outputs"]] == ["main"]
    assert node["versions"] == [node["version"]]
    assert docs["example"]["format"] == "penstock/1"
    assert "penstock/data" in [one["package"] for one in packages["accepted"]]


async def test_every_node_type_can_be_described(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        listed = await client.json("GET", "/nodes", limit=500)
        for one in listed["items"]:
            node = await client.json("GET", f"/nodes/{one['id']}")
            assert (node["id"], node["title"]) == (one["id"], one["title"])
            await client.ask("GET", f"/nodes/{one['id']}/docs")

    assert listed["next_cursor"] is None


async def test_the_list_names_what_a_node_can_do_its_parameters_and_its_slots(
    tmp_path: Path,
) -> None:
    async with served(tmp_path) as client:
        listed = await client.json("GET", "/nodes", limit=500)

    by_id = {one["id"]: one for one in listed["items"]}
    crypto = by_id["penstock/data.crypto"]
    assert ("operation", "hmac") in [(one["field"], one["value"]) for one in crypto["actions"]]
    assert all(one["title"] for one in crypto["actions"])
    assert by_id["penstock/flow.if"]["actions"] == []
    assert by_id["penstock/flow.if"]["fields"] == ["conditions"]
    assert "authentication" in by_id["penstock/http.request"]["slots"]


async def test_the_list_says_which_parameters_hold_code_that_may_name_nodes(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        listed = await client.json("GET", "/nodes", limit=500)

    code = {one["id"]: one["code"] for one in listed["items"]}
    assert code["penstock/code.python"] == {"source": "python"}
    assert code["penstock/data.sort"] == {"source": "javascript"}
    assert code["penstock/data.jq"] == {}


async def test_a_node_type_that_is_not_installed_is_missing(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        missing = await client.ask("GET", "/nodes/penstock/data.sat", expect=404)
        version = await client.ask("GET", "/nodes/penstock/data.set", version=99, expect=404)

    assert missing.json()["code"] == "node.unknown"
    assert "penstock/data.set" in missing.json()["hint"]
    assert version.json()["code"] == "node.unknown"


async def test_a_field_without_choices_has_none_and_a_missing_node_is_told(tmp_path: Path) -> None:
    nodes: list[Any] = [{"id": "put", "name": "Put", "type": "penstock/data.set"}]
    document = {"format": "penstock/1", "name": "One", "nodes": nodes, "edges": []}
    async with served(tmp_path) as client:
        body = {"document": document, "node": "put", "field": "assignments"}
        none = await client.json("POST", "/nodes/choices", body)
        missing = await client.ask("POST", "/nodes/choices", {**body, "node": "x"}, expect=404)

    assert none == {"choices": []}
    assert missing.json()["code"] == "node.unknown"


MANIFEST = """
schema = 1
[package]
id = "acme/seen"
version = "1.0.0"
title = "Seen"
icon = {icon}
[engines]
penstock = ">=0.1,<1"
sdk = ">=0.1,<1"
[runtime]
kind = "javascript"
module = "index.js"
[[nodes]]
name = "look"
effects = "none"
"""


def package(folder: Path, icon: str, **files: bytes) -> Settings:
    made = folder / "seen"
    made.mkdir()
    (made / "node.toml").write_text(MANIFEST.format(icon=icon))
    (made / "index.js").write_text("export async function run(ctx, items) { return items; }")
    for name, content in files.items():
        (made / f"{name}.svg").write_bytes(content)
    database = new_sqlite_url(folder / "penstock.db")
    return Settings(data_dir=folder, database=database, sandbox="inprocess", packages=(made,))


async def test_the_picture_of_a_package_is_shown_and_can_do_nothing(tmp_path: Path) -> None:
    icon = '{ light = "light.svg", dark = "dark.svg" }'
    settings = package(tmp_path, icon, light=b"<svg id='l'/>", dark=b"<svg id='d'/>")
    async with served(tmp_path, settings) as client:
        listed = await client.json("GET", "/nodes", search="acme")
        light = await client.ask("GET", "/nodes/acme/seen.look/icon")
        dark = await client.ask("GET", "/nodes/acme/seen.look/icon", dark=True)
        none = await client.ask("GET", "/nodes/penstock/data.set/icon", expect=404)

    assert [one["picture"] for one in listed["items"]] == [True]
    assert (light.content, dark.content) == (b"<svg id='l'/>", b"<svg id='d'/>")
    assert light.headers["content-type"] == "image/svg+xml"
    assert "sandbox" in light.headers["content-security-policy"]
    assert none.json()["code"] == "node.no_picture"


async def test_a_package_with_an_icon_that_is_too_large_is_left_out(tmp_path: Path) -> None:
    settings = package(tmp_path, '"light.svg"', light=b" " * (65 << 10))
    async with served(tmp_path, settings) as client:
        packages = await client.json("GET", "/nodes/packages")

    assert "package.icon_too_large" in str(packages["rejected"])
