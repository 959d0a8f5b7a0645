"""Mail and databases through `ctx.connect`: the host connects and logs in, the node never knows how."""

from __future__ import annotations

import asyncio
import base64
import ssl
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.support.papers import Papers

from penstock_kernel import Execution, Kernel
from penstock_kernel.store.credentials import Credential, CredentialRefused, FileVault
from penstock_sandbox.egress.addresses import Allowed
from penstock_sandbox.egress.egress import Egress
from penstock_sandbox.egress.exchange import Login
from penstock_sdk import Item

CANARY = "canary-password-77"
Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Any]


@pytest.fixture
async def kernel(lab: Any) -> AsyncIterator[Kernel]:
    async with lab.kernel(egress=Egress(Allowed.parse(["127.0.0.1"]))) as opened:
        yield opened


@pytest.fixture(scope="module")
def papers() -> Papers:
    return Papers()


def keep(kernel: Kernel, port: int, papers: Papers | None = None, **more: str) -> None:
    secrets = {"host": "127.0.0.1", "port": str(port), "user": "ada", "password": CANARY, **more}
    if papers is not None:
        secrets["authority"] = papers.authority
    credential = Credential(id="c1", type="login", scheme="login", hosts=(), secrets=secrets)
    vault = kernel.host.vault
    assert isinstance(vault, FileVault)
    vault.put("default", credential)


async def within(
    lab: Any, kernel: Kernel, behaviour: Callable[[Any], Any], **settings: Any
) -> Execution:
    """Run one node that does this and puts out what it gives."""

    async def does(ctx: Any, _items: Sequence[Item]) -> Sequence[Item]:
        return [Item({"value": await behaviour(ctx)})]

    lab.behave["it"] = does
    node = {"type": "call", "config": {"does": "it"}, "credentials": {"server": "c1"}}
    document = lab.workflow({"s": "start", "x": {**node, "settings": settings}}, "s>x")
    execution: Execution = await kernel.execute(document, [{}])
    return execution


def value(execution: Execution) -> Any:
    assert execution.status == "success", execution.error
    return execution.items[0].json["value"]


@asynccontextmanager
async def serving(serve: Serve, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    async def guarded(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await serve(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(guarded, "127.0.0.1", 0, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


class MailServer:
    """Takes mail from `ada`, and none for `nobody@`."""

    def __init__(self, tls: ssl.SSLContext | None = None, *, offers_tls: bool = True) -> None:
        self.tls, self.offers_tls = tls, offers_tls
        self.lines: list[str] = []
        self.mail: list[bytes] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail ESMTP\r\n")
        while line := (await reader.readline()).decode().strip():
            self.lines.append(line)
            verb = line.split(" ")[0].upper()
            if verb == "STARTTLS":
                writer.write(b"220 go\r\n")
                await writer.start_tls(self.tls)  # type: ignore[arg-type]
            elif verb == "DATA":
                writer.write(b"354 go\r\n")
                self.mail.append(await reader.readuntil(b"\r\n.\r\n"))
                writer.write(b"250 kept\r\n")
            else:
                writer.write(self.answer(verb, line))
            if verb == "QUIT":
                return

    def answer(self, verb: str, line: str) -> bytes:
        if verb == "EHLO":
            more = b"250-STARTTLS\r\n" if self.offers_tls else b""
            return b"250-mail\r\n" + more + b"250 AUTH PLAIN\r\n"
        if verb == "AUTH":
            good = base64.b64encode(f"\0ada\0{CANARY}".encode()).decode() in line
            return b"235 in\r\n" if good else b"535 no\r\n"
        if verb == "RCPT" and "nobody@" in line:
            return b"550 no such user\r\n"
        return b"250 ok\r\n"


async def send(ctx: Any) -> Any:
    mail = await ctx.connect.smtp("server")
    try:
        to = ["bob@example.com", "nobody@example.com"]
        return await mail.send("ada@example.com", to, b"Subject: hi\r\n\r\nHello\r\n.dot\r\n")
    finally:
        await mail.close()


@pytest.mark.parametrize("mode", ["verify", "start"])
async def test_mail_is_sent_inside_tls_and_refused_recipients_are_told(
    lab: Any, kernel: Kernel, papers: Papers, tmp_path: Path, mode: str
) -> None:
    context = papers.server(tmp_path)
    server = MailServer(context)
    async with serving(server.serve, context if mode == "verify" else None) as port:
        keep(kernel, port, papers, tls=mode)

        refused = value(await within(lab, kernel, send))

    assert refused == {"nobody@example.com": "550 no such user"}
    assert server.mail == [b"Subject: hi\r\n\r\nHello\r\n..dot\r\n.\r\n"]


@pytest.mark.parametrize(
    ("sender", "to"),
    [
        ("ada@example.com", "bob@example.com>\r\nRCPT TO:<eve@example.com"),
        ("ada@example.com>\r\nRSET", "bob@example.com"),
        ("ada@example.com", "bob@example.com\nQUIT"),
    ],
)
async def test_an_address_cannot_add_a_command(
    lab: Any, kernel: Kernel, papers: Papers, tmp_path: Path, sender: str, to: str
) -> None:
    async def attack(ctx: Any) -> Any:
        mail = await ctx.connect.smtp("server")
        try:
            return await mail.send(sender, [to], b"Subject: hi\r\n\r\n")
        finally:
            await mail.close()

    context = papers.server(tmp_path)
    server = MailServer(context)
    async with serving(server.serve, context) as port:
        keep(kernel, port, papers)
        await within(lab, kernel, attack)

    verbs = [line.split(" ")[0] for line in server.lines]
    assert verbs.count("RCPT") <= 1
    assert "RSET" not in verbs
    assert not any("eve@" in line and line.startswith("RCPT TO:<eve") for line in server.lines)


async def test_a_wrong_password_fails_and_is_in_no_record(
    lab: Any, kernel: Kernel, papers: Papers, tmp_path: Path
) -> None:
    context = papers.server(tmp_path)
    async with serving(MailServer(context).serve, context) as port:
        keep(kernel, port, papers, password="canary-wrong")

        execution = await within(lab, kernel, send)

    assert execution.error is not None
    assert "535" in execution.error.message
    assert "canary" not in repr(execution.error)


async def test_a_server_without_tls_gets_no_password(
    lab: Any, kernel: Kernel, papers: Papers
) -> None:
    server = MailServer(offers_tls=False)
    async with serving(server.serve) as port:
        keep(kernel, port, papers, tls="start")

        execution = await within(lab, kernel, send, retry={"max_attempts": 1})

    assert execution.status == "error"
    assert not any(line.startswith("AUTH") for line in server.lines)


async def test_a_server_with_the_certificate_of_another_authority_is_left(
    lab: Any, kernel: Kernel, papers: Papers, tmp_path: Path
) -> None:
    context = Papers().server(tmp_path)
    server = MailServer(context)
    async with serving(server.serve, context) as port:
        keep(kernel, port, papers)

        execution = await within(lab, kernel, send, retry={"max_attempts": 1})

    assert execution.status == "error"
    assert server.lines == []


class Mailbox:
    """Two messages, and what is done to them."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.appended = b""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"* OK IMAP4rev1 ready\r\n")
        while line := (await reader.readline()).decode().strip():
            tag, _, rest = line.partition(" ")
            self.lines.append(rest)
            if rest.startswith("APPEND"):
                writer.write(b"+ go\r\n")
                size = int(rest.rpartition("{")[2].rstrip("}"))
                self.appended = (await reader.readexactly(size + 2))[:size]
            writer.write(self.answer(rest) + f"{tag} {self.end(rest)}\r\n".encode())
            if rest == "LOGOUT":
                return

    def end(self, rest: str) -> str:
        return "NO wrong" if rest.startswith("LOGIN") and CANARY not in rest else "OK done"

    def answer(self, rest: str) -> bytes:
        answers = {
            "CAPABILITY": b"* CAPABILITY IMAP4rev1\r\n",
            "LIST": b'* LIST (\\HasNoChildren) "/" "INBOX"\r\n* LIST () "/" "Sent Mail"\r\n',
            "EXAMINE": b"* 2 EXISTS\r\n",
            "SELECT": b"* 2 EXISTS\r\n",
            "UID SEARCH": b"* SEARCH 7 9\r\n",
            "UID FETCH 7 (RFC822.SIZE)": b"* 1 FETCH (UID 7 RFC822.SIZE 11)\r\n",
            "UID FETCH 9 (RFC822.SIZE)": b"* 2 FETCH (UID 9 RFC822.SIZE 99000000)\r\n",
            "UID FETCH 7 (BODY.PEEK[])": b"* 1 FETCH (UID 7 BODY[] {11}\r\nSubject: a\n)\r\n",
        }
        return next((text for start, text in answers.items() if rest.startswith(start)), b"")


async def test_a_mailbox_is_searched_read_marked_and_added_to(
    lab: Any, kernel: Kernel, papers: Papers, tmp_path: Path
) -> None:
    box = Mailbox()

    async def read(ctx: Any) -> Any:
        mail = await ctx.connect.imap("server")
        folders, count = await mail.folders(), await mail.select("INBOX", read_only=False)
        found = await mail.search("UNSEEN")
        text = (await mail.fetch(found[0])).decode()
        await mail.store([7], ["\\Seen"])
        await mail.append("Sent Mail", b"Subject: b\r\n\r\nx", ["\\Seen"])
        await mail.close()
        return [folders, count, found, text]

    async with serving(box.serve, papers.server(tmp_path)) as port:
        keep(kernel, port, papers)
        found = value(await within(lab, kernel, read))

    assert found == [["INBOX", "Sent Mail"], 2, [7, 9], "Subject: a\n"]
    assert box.appended == b"Subject: b\r\n\r\nx"
    assert "UID STORE 7 +FLAGS.SILENT (\\Seen)" in box.lines
    assert box.lines[-1] == "LOGOUT"


@pytest.mark.parametrize(
    "act",
    [
        pytest.param(lambda mail: mail.fetch(9), id="too-large"),
        pytest.param(lambda mail: mail.fetch(8), id="not-there"),
        pytest.param(lambda mail: mail.search("ALL\r\nx LOGOUT"), id="line-break"),
        pytest.param(lambda mail: mail.select('a"\r\nx DELETE b'), id="line-break-in-folder"),
        pytest.param(lambda mail: mail.store([7], [") x"]), id="no-flag"),
    ],
)
async def test_what_a_mailbox_must_not_be_asked_is_refused(
    lab: Any, kernel: Kernel, papers: Papers, tmp_path: Path, act: Callable[[Any], Any]
) -> None:
    box = Mailbox()

    async def read(ctx: Any) -> Any:
        mail = await ctx.connect.imap("server")
        try:
            await mail.select()
            await act(mail)
        finally:
            await mail.close()

    async with serving(box.serve, papers.server(tmp_path)) as port:
        keep(kernel, port, papers)
        execution = await within(lab, kernel, read)

    assert execution.error is not None
    assert execution.error.code.startswith("egress.")
    assert not any(line.startswith(("DELETE", "x ")) for line in box.lines)


async def test_a_wrong_password_of_a_mailbox_is_in_no_record(
    lab: Any, kernel: Kernel, papers: Papers, tmp_path: Path
) -> None:
    async with serving(Mailbox().serve, papers.server(tmp_path)) as port:
        keep(kernel, port, papers, password="canary-wrong")

        execution = await within(lab, kernel, lambda ctx: ctx.connect.imap("server"))

    assert execution.error is not None
    assert "canary" not in repr(execution.error)


@pytest.mark.parametrize("kind", ["smtp", "imap", "sql"])
async def test_loopback_is_refused_without_the_operators_leave(lab: Any, kind: str) -> None:
    async with lab.kernel() as strict:
        keep(strict, 9)

        execution = await within(lab, strict, lambda ctx: getattr(ctx.connect, kind)("server"))

    assert execution.error is not None
    assert execution.error.code == "egress.refused"
    assert CANARY not in repr(execution.error)


@pytest.mark.parametrize("kind", ["smtp", "imap", "sql"])
async def test_without_a_credential_nothing_is_connected(
    lab: Any, kernel: Kernel, kind: str
) -> None:
    execution = await within(lab, kernel, lambda ctx: getattr(ctx.connect, kind)("other"))

    assert execution.error is not None
    assert "No credential" in execution.error.message


@pytest.mark.parametrize("kind", ["smtp", "imap"])
async def test_a_password_never_travels_in_the_clear(lab: Any, kernel: Kernel, kind: str) -> None:
    server = MailServer()
    async with serving(server.serve) as port:
        keep(kernel, port, tls="off")

        execution = await within(lab, kernel, lambda ctx: getattr(ctx.connect, kind)("server"))

    assert execution.error is not None
    assert execution.error.code == "egress.refused"
    assert server.lines == []


async def test_the_credential_of_a_connection_signs_no_request(lab: Any, kernel: Kernel) -> None:
    keep(kernel, 9)

    async def ask(ctx: Any) -> Any:
        return await ctx.http.request("GET", "http://127.0.0.1:9/", credential="server")

    execution = await within(lab, kernel, ask)

    assert execution.error is not None
    assert execution.error.code == "credential.refused"
    assert CANARY not in repr(execution.error)


def test_a_login_shows_no_secret_and_a_broken_one_is_refused(kernel: Kernel) -> None:
    assert CANARY not in repr(Login(host="h", port=1, user="ada", password=CANARY))
    with pytest.raises(CredentialRefused) as refused:
        keep(kernel, 1, tls=CANARY)
    assert CANARY not in repr(refused.value)
