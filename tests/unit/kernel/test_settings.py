"""Settings from the file and the environment."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from penstock_kernel.settings import (
    Settings,
    SettingsInvalid,
    default_data_dir,
    load_settings,
)
from penstock_kernel.store.sql.opening import open_database


def load(tmp_path: Path, text: str = "", **environment: str) -> Settings:
    file = tmp_path / "penstock.toml"
    file.write_text(text)
    return load_settings(file=file, environment=environment).settings


def test_without_anything_the_defaults_hold(tmp_path: Path) -> None:
    settings = load(tmp_path)

    assert (settings.sandbox, settings.timezone, settings.native_plugins) == ("runners", "UTC", ())


def test_the_environment_comes_after_the_file(tmp_path: Path) -> None:
    settings = load(
        tmp_path, 'timezone = "Europe/Berlin"\nrunners = 3', PENSTOCK_TIMEZONE="Asia/Tokyo"
    )

    assert (settings.timezone, settings.runners) == ("Asia/Tokyo", 3)


def test_a_value_may_stand_in_a_file_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "proxy").write_text("http://proxy:3128\n")

    settings = load(tmp_path, PENSTOCK_EGRESS_PROXY_FILE=str(tmp_path / "proxy"))

    assert settings.egress_proxy == "http://proxy:3128"


def test_texts_of_the_environment_become_what_is_wanted(tmp_path: Path) -> None:
    settings = load(
        tmp_path,
        PENSTOCK_NATIVE_PLUGINS="acme-one, acme-two",
        PENSTOCK_GUEST_WALL_S="2.5",
        PENSTOCK_TUNE_GC="true",
        PENSTOCK_REQUIRED_WALLS="seccomp",
        PENSTOCK_DATA_DIR="~/penstock",
        PENSTOCK_PACKAGES="one,two",
    )

    assert settings.native_plugins == ("acme-one", "acme-two")
    assert settings.budget.wall_s == 2.5
    assert settings.tune_gc
    assert settings.required_walls == {"seccomp"}
    assert settings.data_dir == Path.home() / "penstock"
    assert settings.packages == (Path("one"), Path("two"))


def test_every_wrong_value_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(SettingsInvalid) as invalid:
        load(
            tmp_path,
            "guest_wall_s = -1\npackages = 7",
            PENSTOCK_SANDBOX="outside",
            PENSTOCK_EGRESS_PROXY_FILE=str(tmp_path / "missing"),
        )

    told = " ".join(invalid.value.findings)
    assert len(invalid.value.findings) == 4
    assert all(
        name in told
        for name in (
            "guest_wall_s in",
            "packages in",
            "PENSTOCK_SANDBOX",
            "PENSTOCK_EGRESS_PROXY_FILE",
        )
    )


def test_an_unknown_name_is_a_warning_with_the_nearest_one(tmp_path: Path) -> None:
    file = tmp_path / "penstock.toml"
    file.write_text("")

    loaded = load_settings(file=file, environment={"PENSTOCK_TIMEZON": "UTC"})

    assert loaded.warnings == [
        "PENSTOCK_TIMEZON is no setting of Penstock and was left out. Did you mean timezone?"
    ]


def test_a_file_that_was_named_has_to_be_there(tmp_path: Path) -> None:
    with pytest.raises(SettingsInvalid, match="does not exist"):
        load_settings(file=tmp_path / "missing.toml", environment={})


def test_a_file_that_is_no_toml_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsInvalid, match="TOML"):
        load(tmp_path, "timezone = ")


def test_an_unknown_name_that_points_to_a_file_is_a_warning_and_not_read(tmp_path: Path) -> None:
    loaded = load_settings(environment={"PENSTOCK_NO_SUCH_FILE": str(tmp_path / "missing")})

    assert "PENSTOCK_NO_SUCH_FILE" in loaded.warnings[0]


def test_a_folder_in_the_place_of_the_configuration_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsInvalid, match="cannot be read"):
        load_settings(file=tmp_path, environment={})


def test_a_data_directory_is_one_path(tmp_path: Path) -> None:
    file = tmp_path / "penstock.toml"
    file.write_text('data_dir = ["a", "b"]')

    with pytest.raises(SettingsInvalid, match="one path"):
        load_settings(file=file, environment={})


def test_a_variable_that_is_empty_is_not_set(tmp_path: Path) -> None:
    names = ("BIND", "DATA_DIR", "PORT", "TIMEZONE", "EGRESS_PROXY", "PUBLIC_URL", "BIND_FILE")
    variables = {f"PENSTOCK_{name}": "" for name in names}

    settings = load(tmp_path, 'timezone = "Europe/Berlin"', **variables)

    assert (settings.bind, settings.port, settings.timezone) == ("127.0.0.1", 5680, "Europe/Berlin")
    assert (settings.data_dir, settings.egress_proxy) == (default_data_dir(), None)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('bind = ""', "an address such as `127.0.0.1` is expected"),
        ('bind = " "', "an address such as `127.0.0.1` is expected"),
        ('data_dir = ""', "has to be one path"),
        ('timezone = ""', "a time zone such as"),
        ('timezone = "Mars/Olympus"', "a time zone such as"),
        ('egress_allow = ["10.0.0.0/8", "foo/99"]', "'foo/99' is no network"),
        ('egress_allow = ["nas.lan:445"]', "'nas.lan:445' is no network"),
        ('proxies = ["foo"]', "'foo' is no network"),
        ('egress_proxy = "foo"', "an address such as `http://proxy.example.com:3128`"),
        ('egress_proxy = "http://u:5ec7e7@proxy:x"', "cannot be what it is"),
        ('secret_references = ["foo"]', "'foo' is no reference"),
        ('required_walls = ["seccomp", "moat"]', "there is no wall 'moat'; there are webassembly,"),
    ],
)
def test_a_value_that_would_fail_later_is_told_when_it_is_read(
    tmp_path: Path, text: str, told: str
) -> None:
    with pytest.raises(SettingsInvalid) as invalid:
        load(tmp_path, text)

    (finding,) = invalid.value.findings
    assert told in finding
    assert "5ec7e7" not in finding


def test_values_of_every_form_are_taken(tmp_path: Path) -> None:
    settings = load(
        tmp_path,
        PENSTOCK_EGRESS_ALLOW="10.0.0.0/8,127.0.0.1,::1,nas.lan",
        PENSTOCK_EGRESS_PROXY="https://user:password@proxy:3128",
        PENSTOCK_PROXIES="10.1.0.0/16, 2001:db8::/32",
        PENSTOCK_SECRET_REFERENCES="vault:kv/{workspace}/*,aws:*,vault:kv/a#b",
        PENSTOCK_REQUIRED_WALLS="webassembly,process,seccomp",
        PENSTOCK_BIND="::1",
    )

    assert len(settings.egress_allow) == 4
    assert len(settings.secret_references) == 3
    assert (settings.bind, len(settings.proxies), len(settings.required_walls)) == ("::1", 2, 3)


@pytest.mark.parametrize("name", ["what?now", "a#b%3F c", "plain"])
def test_the_database_lies_in_the_data_directory_whatever_its_name(
    tmp_path: Path, name: str
) -> None:
    async def make(url: str) -> None:
        await (await open_database(url)).close()

    folder = tmp_path / name

    asyncio.run(make(Settings(data_dir=folder).store_url))

    assert (folder / "penstock.db").is_file()
    assert [one.name for one in tmp_path.iterdir()] == [name]
