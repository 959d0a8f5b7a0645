"""No spelling of an inner address is reached, by the door itself or by code in a guest.

What counts as reaching is an attempt to connect: the attempts are recorded below everything that
is ours, where the HTTP library opens sockets.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Sequence
from typing import Any, cast

import httpcore2
import msgspec
import pytest

from penstock_kernel import Kernel
from penstock_sandbox.egress.addresses import Allowed
from penstock_sandbox.egress.egress import Egress
from penstock_sandbox.egress.exchange import Outgoing, Signable
from penstock_sandbox.egress.grants import HttpGrant
from penstock_sandbox.errors import EgressFailed, EgressRefused
from penstock_sdk import PenstockError

#: Names that a hostile name server answers with inner addresses.
NAMES = {
    "localhost": ["127.0.0.1", "::1"],
    "localhost.localdomain": ["127.0.0.1"],
    "sub.localhost": ["127.0.0.1"],
    "metadata.google.internal": ["169.254.169.254"],
    "kubernetes.default.svc": ["10.96.0.1"],
    "host.docker.internal": ["192.168.65.2"],
    "inner.attacker.example": ["10.0.0.5"],
    "mixed.attacker.example": ["93.184.216.34", "127.0.0.1"],
    "mapped.attacker.example": ["::ffff:10.0.0.5"],
    "nat64.attacker.example": ["64:ff9b::a00:5"],
    "sixtofour.attacker.example": ["2002:a00:5::1"],
    "zone.attacker.example": ["fe80::1%eth0"],
    "unique-local.attacker.example": ["fd12:3456::1"],
    "zero.attacker.example": ["0.0.0.0"],  # noqa: S104 - a target
    "broadcast.attacker.example": ["255.255.255.255"],
    "multicast.attacker.example": ["224.0.0.1"],
    "carrier.attacker.example": ["100.64.0.1"],
    "xn--mnchen-3ya.attacker.example": ["172.16.0.1"],
}
LOOPBACK = [
    "127.0.0.1", "127.0.0.1.", "127.1", "127.0.1", "127.000.000.001", "0177.0.0.1",
    "0177.0.0.01", "0x7f.0.0.1", "0x7f.1", "0x7f.0x0.0x0.0x1", "0x7f000001", "0X7F000001",
    "2130706433", "017700000001", "00000017700000001", "127.255.255.254", "127.127.127.127", "0",
    "0.0.0.0",  # noqa: S104 - a target
    "0x0", "00", "0.0", "0.0.0", "6425673729", "256.256.256.256", "127.0.0.256",
    "127.0.0.1%00", "127.0.0.1%2e", "127%2e0%2e0%2e1", "%31%32%37.0.0.1", "①②⑦.⓪.⓪.①", "\uff11\uff12\uff17.\uff10.\uff10.\uff11",
    "127。0。0。1", "127\uff0e0\uff0e0\uff0e1", "127｡0｡0｡1", "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ", "ʟocalhost", "LOCALHOST", "LocalHost.",
    "localhost", "localhost.localdomain", "sub.localhost", "local\u00adhost", "loc\u200balhost",
    "[::1]", "[0:0:0:0:0:0:0:1]", "[0000::1]", "[::]", "[::0]", "[0:0:0:0:0:0:0:0]", "[::127.0.0.1]",
    "[::7f00:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:127.0.0.1]",
    "[::ffff:0:127.0.0.1]", "[64:ff9b::127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b:1::7f00:1]",
    "[2002:7f00:1::]", "[2002:7f00:0001::1]", "[2001:0:0:0:0:0:80ff:fffe]", "[fe80::5efe:7f00:1]",
    "[::1%25lo]", "[::1%lo]",
]  # fmt: skip
INNER = [
    "10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.254", "192.168.0.1", "192.168.255.255",
    "169.254.169.254", "169.254.0.1", "169.254.170.2", "100.100.100.200", "100.64.0.1", "192.0.0.192",
    "192.0.2.1", "198.18.0.1", "198.51.100.7", "203.0.113.7", "224.0.0.1", "239.255.255.250", "240.0.0.1",
    "255.255.255.255", "2852039166", "0xa9fea9fe", "0251.0376.0251.0376", "0xa9.0xfe.0xa9.0xfe",
    "169.254.43518", "0xa9.254.0251.254", "3232235521", "167772161", "[fd00:ec2::254]", "[fc00::1]",
    "[fe80::1]", "[fe80::1%25eth0]", "[fec0::1]", "[ff02::1]", "[2001:db8::1]", "[100::1]",
    "[::ffff:169.254.169.254]", "[::ffff:a9fe:a9fe]", "[64:ff9b::a9fe:a9fe]", "[2002:a9fe:a9fe::1]",
    "[::ffff:10.0.0.1]", "[::10.0.0.1]", *(name for name in NAMES if "localhost" not in name),
]  # fmt: skip
#: Whole URLs: what is no plain HTTP, hides the host from a careless reader, or is no URL.
ODD = [
    "file:///etc/passwd", "file://127.0.0.1/etc/passwd", "gopher://127.0.0.1:6379/_INFO", "ftp://127.0.0.1/",
    "dict://127.0.0.1:11211/stats", "ldap://127.0.0.1/", "jar:http://127.0.0.1!/", "data:text/plain,x",
    "javascript:fetch('http://127.0.0.1')", "ws://127.0.0.1/", "unix:/var/run/docker.sock",
    "http+unix://%2Fvar%2Frun%2Fdocker.sock/", "netdoc:///etc/passwd", "HTTP://127.0.0.1/", "hTTp://LOCALHOST/",
    "//127.0.0.1/", "127.0.0.1", "http:127.0.0.1", "http:/127.0.0.1", "http:///127.0.0.1/", "http:////127.0.0.1/",
    "http:\\\\127.0.0.1\\", "http://", "http://:80/", "http://?@127.0.0.1/", "http://#@127.0.0.1/",
    "http://public.example@127.0.0.1/", "http://127.0.0.1@localhost/", "http://public.example:80@127.0.0.1/",
    "http://public.example%40127.0.0.1/", "http://public.example\\@127.0.0.1/", "http://127.0.0.1\\.public.example/",
    "http://127.0.0.1#.public.example/", "http://127.0.0.1?.public.example/", "http://127.0.0.1/.public.example/",
    "http://127.0.0.1;public.example/", "http://127.0.0.1,public.example/", "http://127.0.0.1 public.example/",
    "http://public.example 127.0.0.1/", "http://127.0.0.1\t/", "http://127.0.0.1\r\nHost: x/", "http://127.0.0.1\x00/",
    " http://127.0.0.1/", "http://[127.0.0.1]/", "http://[::1/", "http://::1/", "http://[::1]:99999/",
    "http://127.0.0.1:-1/", "http://127.0.0.1:0/", "http://127.0.0.1:65536/", "http://127.0.0.1:80:80/",
    "http://user:pass@localhost/", "http://%6c%6f%63%61%6c%68%6f%73%74/", "http://localhost%00.public.example/",
    "http://\u2488\u2488/", "http://" + "a" * 5_000 + "/", "http://" + "127.0.0.1." * 50 + "/",
]  # fmt: skip
URLS = [
    *(f"http://{host}/latest/meta-data/" for host in LOOPBACK),
    *(f"https://{host}:8443/x" for host in LOOPBACK[::6]),
    *(f"http://{host}/" for host in INNER),
    *ODD,
]


async def resolve(host: str, port: int) -> list[str]:
    """Answer like a name server of an enemy, and for numbers like the system, without asking any."""
    if host.rstrip(".").lower() in NAMES:
        return NAMES[host.rstrip(".").lower()]
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST
        )
    except (socket.gaierror, UnicodeError) as error:
        message = f"The host {host!r} was not found."
        raise EgressFailed(message) from error
    return [str(entry[4][0]) for entry in found]


@pytest.fixture
def attempts(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Every connection that is attempted, with what the library is told to connect to."""
    seen: list[tuple[str, int]] = []
    backend: Any = httpcore2.AnyIOBackend
    real = backend.connect_tcp

    async def connect(self: Any, host: str, port: int, *more: Any, **named: Any) -> Any:
        seen.append((host, port))
        return await real(self, host, port, *more, **named)

    monkeypatch.setattr(httpcore2.AnyIOBackend, "connect_tcp", connect)
    return seen


class Front:
    """A public server that sends its callers elsewhere."""

    def __init__(self) -> None:
        self.location = ""
        self.status = 302
        self.port = 0
        self.paths: list[str] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        path = head.split()[1]
        self.paths.append(path)
        chained = path.startswith("/chain/") and path != "/chain/0"
        where = f"/chain/{int(path[7:]) - 1}" if chained else self.location
        text = f"HTTP/1.1 {self.status} X\r\nlocation: {where}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
        writer.write(text.encode())
        writer.close()


@pytest.fixture
async def front() -> AsyncIterator[Front]:
    server = Front()
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    server.port = listening.sockets[0].getsockname()[1]
    yield server
    listening.close()


@pytest.fixture
async def door() -> AsyncIterator[Egress]:
    egress = Egress(resolve=resolve)
    yield egress
    await egress.close()


@pytest.fixture
async def open_door() -> AsyncIterator[Egress]:
    """A door through which one public name is reached, as it is allowed whatever its address."""

    async def with_front(host: str, port: int) -> list[str]:
        return ["127.0.0.1"] if host == "public.example" else await resolve(host, port)

    egress = Egress(Allowed.parse(["public.example"]), resolve=with_front)
    yield egress
    await egress.close()


def test_there_are_enough_spellings() -> None:
    assert len(set(URLS)) == len(URLS) >= 180


async def test_no_spelling_reaches_an_inner_address(
    door: Egress, attempts: list[tuple[str, int]]
) -> None:
    reached = []

    for url in URLS:
        for method in ("GET", "POST"):
            try:
                answer = await door.request(Outgoing(method=method, url=url, timeout_s=5))
            except (EgressRefused, EgressFailed):
                continue
            reached.append((url, answer))

    assert reached == []
    assert attempts == []


@pytest.mark.parametrize("hops", [0, 1, 4], ids=["at-once", "after-one-hop", "after-four-hops"])
async def test_no_redirect_reaches_an_inner_address(
    open_door: Egress, front: Front, attempts: list[tuple[str, int]], hops: int
) -> None:
    started = f"http://public.example:{front.port}/chain/{hops}"
    targets = [*URLS[:: hops + 1], "//127.0.0.1:1/", "\\\\127.0.0.1:1\\", "/\\127.0.0.1:1/"]

    for number, target in enumerate(target for target in targets if not {*target} & {"\r", "\n"}):
        front.location, front.status = target, (301, 302, 303, 307, 308)[number % 5]
        try:
            answer = await open_door.request(
                Outgoing(method="POST", url=started, body=b"x", timeout_s=5)
            )
        except (EgressRefused, EgressFailed):
            continue
        # A target without a scheme is a path of the public server.
        assert answer.url.startswith(f"http://public.example:{front.port}/")

    assert front.paths
    assert {*attempts} == {("127.0.0.1", front.port)}


async def test_a_name_server_that_changes_its_mind_is_asked_once_for_each_connection(
    attempts: list[tuple[str, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    async def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["93.184.216.34"] if len(asked) % 2 else ["127.0.0.1"]

    async def unreachable(self: Any, host: str, port: int, *more: Any, **named: Any) -> Any:
        attempts.append((host, port))
        raise httpcore2.ConnectError("no network here")

    monkeypatch.setattr(httpcore2.AnyIOBackend, "connect_tcp", unreachable)
    egress = Egress(resolve=rebinding)

    for _ in range(6):
        with pytest.raises((EgressRefused, EgressFailed)):
            await egress.request(Outgoing(method="GET", url="http://rebinding.example/"))
    await egress.close()

    assert len(asked) == 6
    assert attempts == [("93.184.216.34", 80)] * 3


async def test_no_proxy_of_a_node_reaches_an_inner_address(
    door: Egress, attempts: list[tuple[str, int]]
) -> None:
    for url in URLS[:80]:
        with pytest.raises(PenstockError):
            await door.request(
                Outgoing(method="GET", url="http://93.184.216.34/", proxy=url, timeout_s=5)
            )

    assert attempts == []


async def test_a_proxy_that_may_be_used_is_used(open_door: Egress, front: Front) -> None:
    front.status = 200
    proxy = f"http://user:word@public.example:{front.port}"

    answer = await open_door.request(
        Outgoing(method="GET", url="http://93.184.216.34/x", proxy=proxy)
    )

    assert answer.status == 200
    assert front.paths == ["http://93.184.216.34/x"]


async def test_a_proxy_needs_a_grant_like_a_target(
    open_door: Egress, front: Front, attempts: list[tuple[str, int]]
) -> None:
    granted = [HttpGrant(hosts=("https://api.example",))]

    with pytest.raises(EgressRefused, match="was not granted"):
        await open_door.request(
            Outgoing(
                method="GET",
                url="https://api.example/",
                proxy=f"http://public.example:{front.port}",
            ),
            grants=granted,
        )
    assert attempts == []


@pytest.mark.parametrize(
    ("url", "verify"),
    [
        pytest.param("http://93.184.216.34/", True, id="no-tls"),
        pytest.param("https://93.184.216.34/", False, id="no-check-of-the-certificate"),
    ],
)
async def test_a_credential_is_shown_to_no_proxy_that_a_node_names(
    open_door: Egress, front: Front, attempts: list[tuple[str, int]], url: str, verify: bool
) -> None:
    async def sign(credential: str, request: Signable) -> None:
        pytest.fail("it was signed")

    asked = Outgoing(
        method="GET",
        url=url,
        proxy=f"http://public.example:{front.port}",
        credential="token",
        verify_tls=verify,
    )

    with pytest.raises(EgressRefused, match="would see the credential"):
        await open_door.request(asked, sign=sign)
    assert attempts == []


async def test_the_operators_proxy_is_no_way_to_an_inner_address(front: Front) -> None:
    front.status = 200
    egress = Egress(resolve=resolve, proxy=f"http://127.0.0.1:{front.port}")

    for url in [f"http://{host}/" for host in (*LOOPBACK, *INNER)]:
        try:
            await egress.request(Outgoing(method="GET", url=url, timeout_s=5))
        except (EgressRefused, EgressFailed):
            continue
    await egress.request(Outgoing(method="GET", url="http://93.184.216.34/"))
    await egress.close()

    passed = [path.split("/")[2] for path in front.paths]
    assert passed.pop() == "93.184.216.34"
    # What is no number here and no name: only the proxy could know it.
    assert [host for host in passed if host.startswith("[") or host[0].isdigit()] == []


async def test_no_tcp_connection_reaches_an_inner_address(
    door: Egress, attempts: list[tuple[str, int]]
) -> None:
    for host in [*LOOPBACK, *INNER]:
        with pytest.raises((EgressRefused, EgressFailed)):
            await door.connect(host.strip("[]"), 80, timeout_s=5)

    assert attempts == []


JAVASCRIPT = """
const one = async (url) => {
  try { return {url, reached: await $helpers.httpRequest({url, timeout: 5000})} }
  catch (error) { return {url, code: error.code ?? error.name} }
};
return await Promise.all(items[0].json.urls.map(one));
"""
PYTHON = """
found = []
for url in items[0]['json']['urls']:
    try: found.append({'url': url, 'reached': str(_helpers.http_request({'method': 'GET', 'url': url}))})
    except Exception as error: found.append({'url': url, 'code': getattr(error, 'code', repr(error))})
return found
"""


@pytest.mark.parametrize(
    ("language", "source"),
    [
        pytest.param("javascript", JAVASCRIPT, id="javascript"),
        pytest.param("python", PYTHON, id="python"),
    ],
)
async def test_code_with_requests_granted_reaches_no_inner_address(
    door: Egress, attempts: list[tuple[str, int]], language: str, source: str
) -> None:
    urls = [url for url in URLS if len(url) < 1_000]
    items = await _run(door, language, source, urls)

    assert [item["url"] for item in items] == urls
    assert [item for item in items if "reached" in item] == []
    assert {item["code"] for item in items} <= {"egress.refused", "egress.failed"}
    assert attempts == []


async def test_code_without_requests_granted_does_not_even_ask(
    attempts: list[tuple[str, int]],
) -> None:
    async def never(host: str, port: int) -> list[str]:
        pytest.fail(f"{host} was resolved")

    egress = Egress(resolve=never)

    items = await _run(egress, "javascript", JAVASCRIPT, ["https://public.example/"], http=False)

    assert "reached" not in items[0]
    assert attempts == []


async def _run(
    egress: Egress, language: str, source: str, urls: Sequence[str], *, http: bool = True
) -> list[dict[str, Any]]:
    code = {"source": source, "http": http}
    document = {
        "format": "penstock/1",
        "name": "Reach",
        "nodes": [
            {"id": "start", "name": "Start", "type": "penstock/flow.manual", "version": 1, "config": {}},
            {"id": "code", "name": "Code", "type": f"penstock/code.{language}", "version": 1, "config": code},
        ],
        "edges": [{"from": ["start", "main"], "to": ["code", "main"]}],
    }  # fmt: skip
    async with Kernel.open(egress=egress) as kernel:
        execution = await kernel.execute(document, [{"urls": [*urls]}])
    assert execution.status == "success", execution.error
    text = msgspec.json.encode([item.json for item in execution.steps[-1].outputs["main"].items])
    return cast("list[dict[str, Any]]", msgspec.json.decode(text))
