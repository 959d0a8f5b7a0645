"""What is set is shown with where it comes from; what is secret is not; who lives says so."""

from __future__ import annotations

import json
import threading
from collections.abc import Generator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from penstock_kernel.settings import Settings, load_settings
from penstock_web.commands.config import show
from penstock_web.commands.doctor import told
from penstock_web.commands.live import ask


@pytest.fixture(autouse=True)
def settings_of_a_test(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "penstock.toml").write_text('timezone = "Europe/Vienna"\nmax_queued = 5\n')
    (tmp_path / "password").write_text("s3cret-password\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PENSTOCK_MAX_QUEUED", "7")
    monkeypatch.setenv("PENSTOCK_SMTP_PASSWORD_FILE", str(tmp_path / "password"))
    monkeypatch.setenv("PENSTOCK_DATABASE", "postgresql://u:s3cret-password@db/x")
    monkeypatch.setenv("PENSTOCK_METRICS_TOKEN", "s3cret-password")


def test_a_setting_is_shown_with_where_it_comes_from(capsys: pytest.CaptureFixture[str]) -> None:
    assert show(origin=True, as_json=False) == 0
    lines = capsys.readouterr().out.splitlines()

    assert "max_queued = 7   # PENSTOCK_MAX_QUEUED" in lines
    assert "timezone = Europe/Vienna   # timezone in penstock.toml" in lines
    assert not any(line.startswith("sandbox") for line in lines)


@pytest.mark.parametrize("as_json", [True, False])
def test_no_secret_is_shown(capsys: pytest.CaptureFixture[str], as_json: bool) -> None:
    show(origin=True, as_json=as_json)
    show(origin=False, as_json=as_json)
    text = capsys.readouterr().out

    assert "PENSTOCK_SMTP_PASSWORD_FILE" in text
    assert "s3cret" not in text


def test_every_setting_is_in_the_object_with_its_origin(capsys: pytest.CaptureFixture[str]) -> None:
    show(origin=False, as_json=True)
    found = {one["name"]: one for one in json.loads(capsys.readouterr().out)["settings"]}

    assert found["sandbox"] == {"name": "sandbox", "value": "runners", "origin": "default"}
    assert found["max_queued"]["value"] == 7


def test_a_setting_whose_name_was_once_for_something_else_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PENSTOCK_CACHE", "penstock/http.request=60")
    monkeypatch.setenv("PENSTOCK_CACHE_DIR", "/tmp/x")  # noqa: S108 - read by the sandbox, not here
    loaded = load_settings()

    assert loaded.settings.cache == ("penstock/http.request=60",)
    assert loaded.warnings == []


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("postgresql://db/x?user=u&password=5ec7e7", "postgresql://db/x?…"),
        ("postgresql://u:5ec7e7@db/x?sslmode=require", "postgresql://…@db/x?…"),
        ("postgresql://db/x?password=5ec@7e7", "postgresql://…"),
        ("postgresql://u:5e?c7@e7@db/x", "postgresql://…"),
        ("sqlite:////srv/penstock.db", "sqlite:////srv/penstock.db"),
    ],
)
def test_an_address_is_shown_without_a_password_wherever_it_stands(
    address: str, shown: str
) -> None:
    assert told(Settings(database=address))["database"] == shown


class Answering(BaseHTTPRequestHandler):
    """Lives, or does not."""

    status = 200

    def do_GET(self) -> None:
        self.send_response(self.status if self.path == "/healthz/live" else 404)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named so above
        """Say nothing."""


@pytest.fixture
def server() -> Generator[ThreadingHTTPServer]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as found:
        thread = threading.Thread(target=found.serve_forever)
        thread.start()
        yield found
        found.shutdown()
        thread.join()


@pytest.mark.parametrize(("status", "code"), [(200, 0), (503, 1)])
def test_a_health_check_ends_with_whether_the_process_lives(
    server: ThreadingHTTPServer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    status: int,
    code: int,
) -> None:
    monkeypatch.setattr(Answering, "status", status)

    assert ask(server.server_port) == code
    capsys.readouterr()
    assert ask(server.server_port, as_json=True) == code
    assert json.loads(capsys.readouterr().out)["lives"] is (code == 0)


def test_a_health_check_of_nothing_fails(
    server: ThreadingHTTPServer, capsys: pytest.CaptureFixture[str]
) -> None:
    port = server.server_port
    server.socket.close()

    assert ask(port) == 1
    assert capsys.readouterr().out.startswith("It does not answer: ")
    assert ask(port, as_json=True) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["lives"] is False
    assert found["message"].startswith("It does not answer: ")
