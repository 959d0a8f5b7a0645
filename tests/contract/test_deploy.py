"""What is in deploy/ holds together: files that exist, settings that there are, metrics that exist."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any, cast

import jsonschema
import pytest
import typer.main
import yaml

from penstock_kernel.settings import PREFIX, Settings
from penstock_web.cli import app
from penstock_web.operations.metrics import Metrics

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
CHART = DEPLOY / "charts" / "penstock"
TEMPLATES = sorted((CHART / "templates").iterdir())
PLAIN = [path for path in sorted(DEPLOY.rglob("*.yaml")) if "templates" not in path.parts]
COMPOSE = (DEPLOY / "compose.yaml", DEPLOY / "compose.single.yaml")
SETTINGS = {PREFIX + name.upper() for name in Settings.__struct_fields__}
#: Read by the sandbox, before there are settings.
OTHERS = {"PENSTOCK_CACHE_DIR"}
#: Of the compose file itself.
IMAGES = {"PENSTOCK_IMAGE"}


def loaded(path: Path) -> Any:
    return yaml.safe_load(path.read_text())


def values() -> dict[str, Any]:
    return cast("dict[str, Any]", loaded(CHART / "values.yaml"))


def schema() -> dict[str, Any]:
    return cast("dict[str, Any]", json.loads((CHART / "values.schema.json").read_text()))


def metric_names() -> set[str]:
    """Every name that a query may use."""
    found: set[str] = set()
    for family in Metrics(by_workflow=True).registry.collect():
        if family.type == "counter":
            found.add(f"{family.name}_total")
        elif family.type == "histogram":
            found |= {f"{family.name}_{end}" for end in ("bucket", "sum", "count")}
        else:
            found.add(family.name)
    return found


def dashboard_queries() -> list[str]:
    dashboard = json.loads((DEPLOY / "monitoring" / "dashboard.json").read_text())
    panels = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    return panels + [one["query"]["query"] for one in dashboard["templating"]["list"]]


def alert_queries() -> list[str]:
    groups = loaded(DEPLOY / "monitoring" / "alerts.yaml")["groups"]
    return [rule["expr"] for group in groups for rule in group["rules"]]


def scaling_queries() -> list[str]:
    return re.findall(r"query: (.*penstock_.*)", (CHART / "templates" / "scaling.yaml").read_text())


@pytest.mark.parametrize("path", PLAIN, ids=lambda path: str(path.relative_to(DEPLOY)))
def test_a_file_is_yaml(path: Path) -> None:
    assert loaded(path)


def test_queries_name_metrics_that_there_are() -> None:
    queries = [*dashboard_queries(), *alert_queries(), *scaling_queries()]
    named = {name for query in queries for name in re.findall(r"\b(?:penstock|process)_\w+", query)}
    labels = {"penstock_kernel"}

    assert len(queries) > 20
    assert named - labels <= metric_names() | {"process_resident_memory_bytes"}


def test_queries_use_labels_that_their_metric_has() -> None:
    families: dict[str, set[str]] = {}
    metrics = Metrics(by_workflow=True)
    for collector in vars(metrics).values():
        name = getattr(collector, "_name", "")
        if name:
            families[name] = set(collector._labelnames)
    used: set[tuple[str, str]] = set()
    for query in [*dashboard_queries(), *alert_queries()]:
        for metric, labels in re.findall(r"\b(penstock_\w+)\{([^}]*)\}", query):
            used |= {(metric, label) for label in re.findall(r"(\w+)\s*[=!]~?", labels)}
    known = {"instance", "job"}
    wrong = [
        (metric, label)
        for metric, label in used
        if label not in known
        and label not in families[re.sub(r"_(total|bucket|sum|count)$", "", metric)]
    ]

    assert used
    assert wrong == []


def test_panels_have_ids_of_their_own_and_do_not_lie_on_each_other() -> None:
    panels = json.loads((DEPLOY / "monitoring" / "dashboard.json").read_text())["panels"]
    taken: set[tuple[int, int]] = set()
    for panel in panels:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken, panel["title"]
        assert place["x"] + place["w"] <= 24
        taken |= cells
    assert len({panel["id"] for panel in panels}) == len(panels)


def test_every_setting_that_is_named_exists() -> None:
    paths = [path for path in DEPLOY.rglob("*") if path.is_file()]
    named = {
        name for path in paths for name in re.findall(r"\bPENSTOCK_[A-Z0-9_]+\b", path.read_text())
    }
    known = SETTINGS | {f"{name}_FILE" for name in SETTINGS} | OTHERS | IMAGES

    assert named - known == set()


def commands_named() -> list[list[str]]:
    """Every command line of ours that a file has."""
    found: list[list[str]] = []
    for path in COMPOSE:
        for service in loaded(path)["services"].values():
            if "penstock" not in str(service.get("image", "")):
                continue
            found.append(service.get("command", ["serve"]))
            found.append(service["healthcheck"]["test"][2:])
    docker = (DEPLOY / "Dockerfile").read_text()
    found += [json.loads(text)[1:] for text in re.findall(r'CMD (\["penstock".*\])', docker)]
    found += [json.loads(text) for text in re.findall(r'^CMD (\["\w+"\])', docker, re.MULTILINE)]
    for unit in (DEPLOY / "systemd").iterdir():
        found += [text.split() for text in re.findall(r"bin/penstock (.*)", unit.read_text())]
    for template in TEMPLATES:
        words = re.findall(r'"args" \(list ([^)]*)\)', template.read_text())
        found += [re.findall(r'"([^"]+)"', text) for text in words]
        found += re.findall(r"args: \[(\w+)\]", template.read_text()) and [["migrate"]]
    return found


@pytest.mark.parametrize("words", commands_named(), ids=" ".join)
def test_a_command_that_is_started_exists_with_its_options(words: list[str]) -> None:
    group: Any = typer.main.get_command(app)
    command = group.commands[words[0]]
    options = {option for one in command.params for option in one.opts}

    assert {word for word in words[1:] if word.startswith("--")} <= options


@pytest.mark.parametrize("path", COMPOSE, ids=lambda path: path.name)
def test_what_a_compose_file_refers_to_is_there(path: Path) -> None:
    file = loaded(path)
    services, volumes = file["services"], set(file.get("volumes", {}))
    secrets = file.get("secrets", {})
    for name, service in services.items():
        assert set(service.get("secrets", [])) <= set(secrets), name
        assert set(service.get("depends_on", {})) <= set(services), name
        for needed, how in service.get("depends_on", {}).items():
            assert how == {"condition": "service_healthy"}
            assert "healthcheck" in services[needed]
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            there = (path.parent / source).exists() if source[0] == "." else source in volumes
            assert there, (name, volume)
        build = service.get("build")
        if build:
            assert (path.parent / build["context"] / build["dockerfile"]).is_file()


@pytest.mark.parametrize("path", COMPOSE, ids=lambda path: path.name)
def test_ports_are_published_on_this_machine_only_and_images_have_no_host(path: Path) -> None:
    for service in loaded(path)["services"].values():
        for port in service.get("ports", []):
            assert port.startswith("127.0.0.1:")
        default = re.search(r":-([^}]+)\}", service["image"])
        assert default is not None
        assert "." not in default[1].split("/")[0].split(":")[0]


@pytest.mark.parametrize("path", COMPOSE, ids=lambda path: path.name)
def test_our_containers_can_write_nothing_but_their_data(path: Path) -> None:
    for service in loaded(path)["services"].values():
        if "penstock" in service["image"]:
            assert service["read_only"] is True
            assert service["cap_drop"] == ["ALL"]


def test_the_image_runs_as_nobody_special_and_has_a_health_check() -> None:
    last = (DEPLOY / "Dockerfile").read_text().split("\nFROM ")[-1]

    assert re.search(r"^USER 10001:10001$", last, re.MULTILINE)
    assert re.search(r"^HEALTHCHECK ", last, re.MULTILINE)
    assert not re.search(r"apt-get|gcc|curl ", last)


def test_what_is_copied_into_the_image_is_not_left_out_of_its_context() -> None:
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines()

    for needed in ("dev.py", "pyproject.toml", "requirements.lock", "sdk", "plugins", "README.md"):
        assert needed not in ignored
        assert (ROOT / needed).exists()
    assert {".git", ".venv", "secret.key", "data"} <= set(ignored)


def test_the_values_of_the_chart_are_what_their_schema_says() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    jsonschema.validate(values(), schema())


@pytest.mark.parametrize(
    "wrong",
    [
        {"worker": {"replicas": -1}},
        {"worker": {"surplus": 1}},
        {"dispatch": "kafka"},
        {"settings": {"TIMEZONE": "UTC"}},
        {"openSetup": True},
        {"surplus": 1},
    ],
)
def test_a_wrong_value_of_the_chart_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**values(), **wrong}, schema())


def test_the_schema_knows_every_value_and_no_other() -> None:
    assert paths_of(values()) == schema_paths(schema())


def paths_of(value: dict[str, Any], before: str = "") -> set[str]:
    """The names of values, as far as the schema names them."""
    found: set[str] = set()
    for name, inner in value.items():
        path = f"{before}{name}"
        described = at(schema(), path)
        found.add(path)
        if isinstance(inner, dict) and "properties" in described:
            found |= paths_of(cast("dict[str, Any]", inner), f"{path}.")
    return found


def schema_paths(part: dict[str, Any], before: str = "") -> set[str]:
    found: set[str] = set()
    for name, inner in part.get("properties", {}).items():
        if name == "global":
            continue
        found.add(f"{before}{name}")
        found |= schema_paths(inner, f"{before}{name}.")
    return found


def at(part: dict[str, Any], path: str) -> dict[str, Any]:
    for name in path.split("."):
        part = part["properties"][name]
    return part


def test_templates_read_values_that_there_are() -> None:
    known = schema_paths(schema())
    for template in TEMPLATES:
        for path in re.findall(r"\.Values\.([\w.]+)", template.read_text()):
            assert path in known, (template.name, path)


def test_every_value_is_read_by_a_template() -> None:
    text = "".join(template.read_text() for template in TEMPLATES)
    read = set(re.findall(r"\.Values\.([\w.]+)", text))
    # Handed to the template of a deployment, or read with `with`.
    inside = {"replicas", "resources", "minReplicas", "maxReplicas", "queuedPerWorker"}
    inside |= {"prometheusUrl", "targetCPUUtilizationPercentage"}
    unread = {
        path
        for path in schema_paths(schema())
        if path.split(".")[-1] not in inside
        and path not in read
        and not any(one.startswith(f"{path}.") for one in read)
    }

    assert unread == set()


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_the_blocks_of_a_template_are_closed(template: Path) -> None:
    text = re.sub(r"\{\{-?\s*/\*.*?\*/\s*-?\}\}", "", template.read_text(), flags=re.DOTALL)
    actions = re.findall(r"\{\{-?\s*(.*?)\s*-?\}\}", text, flags=re.DOTALL)
    depth = 0
    for action in actions:
        depth += action.split(" ")[0] in ("if", "range", "with", "define")
        depth -= action == "end"
        assert depth >= 0, action
        assert action.count("(") == action.count(")"), action
        assert action.count('"') % 2 == 0, action
    assert depth == 0
    assert text.count("{{") == text.count("}}") == len(actions)


def test_templates_include_what_is_defined_and_define_nothing_for_nobody() -> None:
    text = "".join(template.read_text() for template in TEMPLATES)

    defined = re.findall(r'define "([\w.]+)"', text)
    assert sorted(defined) == sorted(set(re.findall(r'include "([\w.]+)"', text)))


def test_the_chart_has_the_version_of_the_program() -> None:
    chart = loaded(CHART / "Chart.yaml")
    project = (ROOT / "pyproject.toml").read_text()

    assert f'version = "{chart["appVersion"]}"' in project
    assert f"ARG VERSION={chart['appVersion']}" in (DEPLOY / "Dockerfile").read_text()


def test_the_ports_of_probes_are_those_that_are_listened_at() -> None:
    worker = (CHART / "templates" / "worker.yaml").read_text()

    assert '"--health-port" "5681"' in worker
    assert '"port" 5681' in worker
    assert f'"port" {Settings().port} ' in (CHART / "templates" / "server.yaml").read_text()


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd-analyze here")
@pytest.mark.parametrize("name", ["penstock.service", "penstock-worker.service"])
def test_systemd_understands_the_unit(name: str, tmp_path: Path) -> None:
    program = tmp_path / "penstock"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    unit = tmp_path / name
    text = (DEPLOY / "systemd" / name).read_text()
    unit.write_text(text.replace("/opt/penstock/bin/penstock", str(program)))

    told = subprocess.run(  # noqa: S603 - a program of the system
        ["systemd-analyze", "verify", str(unit)],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
    )

    assert [line for line in told.stderr.splitlines() if name in line] == []
