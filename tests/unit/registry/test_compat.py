from __future__ import annotations

import json
from typing import Any

import pytest

from penstock_registry.compat import fits, judge, same_version
from penstock_sdk.manifest import Manifest, parse_manifest


def manifest(**engines: Any) -> Manifest:
    raw = {
        "schema": 1,
        "package": {"id": "acme/weather", "version": "1.4.0", "title": "Weather"},
        "engines": {"penstock": ">=1.2,<2", "sdk": ">=1,<2"} | engines,
        "runtime": {"kind": "native"},
    }
    return parse_manifest(json.dumps(raw).encode(), format="json")


@pytest.mark.parametrize(
    ("version", "specifier", "expected"),
    [
        pytest.param("1.2.0", ">=1.2,<2", True, id="at-the-lower-bound"),
        pytest.param("1.99.9", ">=1.2,<2", True, id="inside"),
        pytest.param("2.0.0", ">=1.2,<2", False, id="at-the-upper-bound"),
        pytest.param("1.1.9", ">=1.2,<2", False, id="below"),
        pytest.param("2.0.0rc1", ">=1.2,<2", False, id="candidate-of-what-does-not-fit"),
        pytest.param("2.0.0rc1", ">=2,<3", True, id="candidate-counts-as-its-release"),
        pytest.param("2.0.0.dev3", ">=2,<3", True, id="development-version"),
        pytest.param("1.5.0", "~=1.4", True, id="compatible-release"),
        pytest.param("1.5.0", ">=1.2,!=1.5.0", False, id="excluded"),
        pytest.param("1.2.0+local", ">=1.2", True, id="local-build"),
    ],
)
def test_a_version_is_in_its_range(version: str, specifier: str, expected: bool) -> None:
    assert fits(version, specifier) is expected


def test_a_package_that_fits_is_no_finding() -> None:
    assert judge(manifest(), engine="1.4.0", sdk="1.0.0") is None


@pytest.mark.parametrize(
    ("engine", "sdk", "engines", "code"),
    [
        pytest.param("2.0.0", "1.0.0", {}, "package.penstock_range", id="engine"),
        pytest.param("1.4.0", "2.0.0", {}, "package.sdk_range", id="sdk"),
        pytest.param("1.4.0", "1.0.0", {"node_api": 2}, "package.node_api", id="interface"),
    ],
)
def test_a_package_that_does_not_fit_says_what_and_how_to_change_it(
    engine: str, sdk: str, engines: dict[str, Any], code: str
) -> None:
    finding = judge(manifest(**engines), engine=engine, sdk=sdk)

    assert finding is not None
    assert finding.code == code
    assert finding.hint


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("1.4.0-beta.1", "1.4.0b1", True),
        ("1.4.0", "1.4", True),
        ("1.4.0", "1.4.1", False),
        ("1.4.0-x.y", "1.4.0-x.y", True),
    ],
)
def test_versions_are_compared_across_both_ways_of_writing(
    one: str, other: str, expected: bool
) -> None:
    assert same_version(one, other) is expected
