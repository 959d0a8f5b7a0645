"""The settings as an administrator sees them: with their origin, and without secrets."""

from __future__ import annotations

from pathlib import Path

import msgspec
from tests.support.server import served

from penstock_kernel.settings import SECRET, Settings, load_settings
from penstock_web.api.settings import HIDDEN, settings_shown


def test_no_secret_is_told_and_no_password_in_an_address() -> None:
    canary = "c4n4ry" * 11
    texts = dict.fromkeys(SECRET, canary)
    texts["secret_key"] = "ca" * 32
    settings = Settings(
        **texts,  # type: ignore[arg-type]
        database=f"postgresql://user:{canary}@db.example/name",
        nats_url=f"nats://{canary}@bus.example:4222",
        egress_proxy=f"http://{canary}:x@proxy.example",
    )
    shown = settings_shown(settings, {}, ())

    told = msgspec.json.encode(shown).decode()
    assert canary not in told
    assert "ca" * 32 not in told
    by_name = {one.name: one for one in shown}
    assert by_name["database"].value == f"postgresql://{HIDDEN}@db.example/name"
    assert {name for name, one in by_name.items() if one.secret} == set(SECRET)
    assert {by_name[name].value for name in SECRET} == {HIDDEN}


def test_a_setting_is_told_where_it_comes_from(tmp_path: Path) -> None:
    environment = {"PENSTOCK_RUNNERS": "2", "PENSTOCK_MAX_QUEUED_FILE": str(tmp_path / "q")}
    (tmp_path / "q").write_text("7")
    file = tmp_path / "penstock.toml"
    file.write_text('timezone = "Europe/Vienna"\nrunners = 3\n')
    settings = load_settings(file=file, environment=environment).settings
    made = msgspec.structs.replace(settings, retention_days=1)
    shown = {one.name: one for one in settings_shown(made, environment, {"timezone", "runners"})}

    origins = {
        name: shown[name].origin
        for name in ("runners", "max_queued", "timezone", "retention_days", "cache")
    }
    assert origins == {
        "runners": "environment",
        "max_queued": "environment",
        "timezone": "file",
        "retention_days": "program",
        "cache": "default",
    }
    assert (shown["runners"].value, shown["runners"].default) == (2, 0)


async def test_settings_are_for_those_who_may_see_them(tmp_path: Path) -> None:
    async with served(tmp_path) as client:
        listed = (await client.json("GET", "/settings"))["items"]
        reader = {"test-grants": "workspace:admin"}
        refused = await client.ask("GET", "/settings", headers=reader, expect=403)

    assert {one["name"] for one in listed} == set(Settings.__struct_fields__)
    assert refused.json()["code"] == "access.denied"
