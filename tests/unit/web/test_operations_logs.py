"""Log lines are one line each, say what they are about, and never hold a secret."""

from __future__ import annotations

import io
import json
import logging
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from penstock_kernel.kernel import Kernel
from penstock_kernel.settings import Settings
from penstock_web.operations.logs import Format, about, configure
from penstock_web.operations.naming import Naming
from penstock_web.operations.operations import secrets_in
from penstock_web.operations.redaction import Redactor

SECRET = 'hunter2/"pass word"+ü'
log = logging.getLogger("penstock.test")


@pytest.fixture(autouse=True)
def logging_as_before() -> Generator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level


def started(form: Format, *known: str) -> io.StringIO:
    stream = io.StringIO()
    configure(form, Redactor(known), stream=stream)
    return stream


def told(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_of_json_has_the_moment_the_level_the_message_and_what_it_is_about() -> None:
    stream = started("json")
    token = about.set({"execution": "e1"})
    log.info("done: %d", 3, extra={"took_ms": 5})
    about.reset(token)

    (line,) = told(stream)
    assert line["message"] == "done: 3"
    assert (line["level"], line["logger"]) == ("info", "penstock.test")
    assert (line["execution"], line["took_ms"]) == ("e1", 5)
    assert line["at"].endswith("+00:00")


@pytest.mark.parametrize("form", ["json", "console"])
def test_nobody_can_write_a_second_line_by_what_is_in_a_message(form: Format) -> None:
    stream = started(form)
    log.warning("name: %s", "x\n12:00:00 info    all is well\r\nmore")

    assert len(stream.getvalue().splitlines()) == 1


@pytest.mark.parametrize("form", ["json", "console"])
def test_a_secret_that_is_known_is_in_no_form_in_a_line(form: Format) -> None:
    stream = started(form, SECRET)
    log.info("as it is: %s", SECRET)
    log.info("in a URL: %s", "https://x.example.com/?q=hunter2%2F%22pass%20word%22%2B%C3%BC")
    log.info("in JSON: %s", json.dumps({"a": SECRET}))
    log.info("in Base64: %s", "aHVudGVyMi8icGFzcyB3b3JkIivDvA==")
    log.info("beside", extra={"given": SECRET})
    try:
        raise ValueError(SECRET)
    except ValueError:
        log.exception("it went wrong")

    text = stream.getvalue()
    assert text.count("…") >= 6
    for part in ("hunter2", "pass word", "aHVudGVyMi8"):
        assert part not in text


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("postgresql://penstock:s3cretpw@db/x cannot be used", "s3cretpw"),
        ("GET /x Authorization: Bearer abcdef123456.x", "abcdef123456"),
        ("sent {'api_key': 'k-1234567'}", "k-1234567"),
        ('sent {"password": "corr3ct h"}', "corr3ct"),
        ("POST /login?client_secret=verysecret1&x=1", "verysecret1"),
        ("token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl", "eyJzdWIiOiIxIn0"),
        ("used pst_0123456789abcdefghij", "pst_0123456789abcdefghij"),
        ("used ghp_0123456789abcdefghij", "0123456789abcdefghij"),
        ("set-cookie: __Host-sid=abcdefgh12345678", "abcdefgh12345678"),
        ("-----BEGIN PRIVATE KEY-----\nMIIabc\n-----END PRIVATE KEY-----", "MIIabc"),
    ],
)
def test_what_looks_like_a_secret_is_taken_out(text: str, secret: str) -> None:
    assert secret in text
    assert secret not in Redactor().clean(text)


@pytest.mark.parametrize(
    "text",
    [
        "swept: 3 queued again, 0 dead",
        "The port 5680 of 127.0.0.1 cannot be used: Address already in use.",
        "GET https://api.example.com/users?page=2 answered 200",
        "postgresql://db/penstock",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert Redactor(["short"]).clean(text) == text


def test_a_long_text_without_an_end_is_read_at_once() -> None:
    started = time.thread_time()

    Redactor().clean("secret-" * 4_000)

    assert time.thread_time() - started < 2.0  # seconds; it would be 24


def test_the_secrets_of_the_settings_are_known() -> None:
    settings = Settings(
        database="postgresql://penstock:p%40ssword1@db/x",
        nats_url="nats://u:natspassword@n",
        smtp_password="smtppassword",
        metrics_token="metricstoken",
    )

    cleaned = Redactor(secrets_in(settings)).clean(
        "p@ssword1 p%40ssword1 natspassword smtppassword metricstoken"
    )

    assert set(cleaned.split()) == {"…"}


def test_a_redactor_forgets_the_oldest_and_stays_quick() -> None:
    redactor = Redactor(f"secret-number-{number}" for number in range(12_000))

    assert redactor.clean("secret-number-11999") == "…"


async def test_what_a_step_logs_says_for_which_execution_it_was(tmp_path: Path) -> None:
    stream = started("json")
    node = {"id": "n", "name": "N", "type": "penstock/code.javascript"}
    document = {
        "format": "penstock/1",
        "name": "logging",
        "nodes": [{**node, "config": {"source": "return items;"}}],
    }
    async with Kernel.open(Settings(data_dir=tmp_path, sandbox="inprocess")) as kernel:
        kernel.host.observers += (Naming(), _Logging())
        result = await kernel.execute(document)

    (line,) = [line for line in told(stream) if line["message"] == "seen"]
    assert (line["execution"], line["node"]) == (result.id, "n")


class _Logging(Naming):
    """Logs at the begin of a step, as a node may."""

    def step_begins(self, scene: Any, node: Any, activation: Any) -> None:
        log.info("seen")

    def step_ended(self, scene: Any, node: Any, record: Any) -> None:
        """Nothing."""
