"""The node that hashes, signs, encrypts, and makes random values."""

from __future__ import annotations

import asyncio
import hmac
import secrets
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import Any

from penstock_node_data.values import digests
from penstock_node_data.values.writing import with_value, with_values
from penstock_sdk import (
    BinaryRef,
    Context,
    Item,
    Node,
    NodeFailed,
    Port,
    Result,
    boolean,
    integer,
    options,
    text,
)
from penstock_sdk import json as json_field
from penstock_sdk.coerce import to_text
from penstock_sdk.columns import as_list

_MAX_FILE = 50_000_000  # bytes, of what has to be in memory
_MAX_LENGTH = 10_000  # characters of a random text
_KEY = 32  # bytes
_ASCII = "".join(chr(code) for code in range(33, 127))
_OF_VALUES = ["hash", "hmac", "sign", "verify", "encrypt", "decrypt"]
_BY_HASH = ["hash", "hmac", "sign", "verify"]
_BY_SECRET = ["hmac", "encrypt", "decrypt"]

Work = Callable[[bytes, int], Any]


class Crypto(Node):
    """Hashes, signs, encrypts, and makes random values."""

    id = "penstock/data.crypto"
    title = "Crypto"
    description = "Hashes, HMACs, signs, verifies and encrypts values or files; random values."
    group = "data"
    icon = "lock-keyhole"
    aliases = ("hash", "md5", "sha256", "hmac", "encrypt", "decrypt", "uuid", "random", "sign")
    docs = (
        "Works on a value or on a file of the item. Encryption is AES-256-GCM with a password, or "
        "with a key of 32 bytes in hex. Signatures take RSA, EC and Ed25519 keys as PEM. Secrets "
        "are parameters of the node: bring them in by an expression rather than writing them "
        "down. Random values come from the operating system and differ each time."
    )
    outputs = (Port(name="main", sample={"data": "5d41402abc4b2a76b9719d911017c592"}),)

    operation: str = options(
        {
            "hash": "Hash",
            "hmac": "HMAC",
            "sign": "Sign",
            "verify": "Verify a signature",
            "encrypt": "Encrypt",
            "decrypt": "Decrypt",
            "random": "Random value",
        },
        default="hash",
        title="Operation",
        expression=False,
    )
    source: str = options(
        {"value": "A value", "file": "A file"},
        default="value",
        title="Of",
        show_if={"operation": _OF_VALUES},
        expression=False,
    )
    value: Any = json_field(
        title="Value",
        placeholder="={{ $json.body }}",
        show_if={"operation": _OF_VALUES, "source": ["value"]},
    )
    file: str = text("data", title="File", show_if={"operation": _OF_VALUES, "source": ["file"]})
    algorithm: str = options(
        digests.ALGORITHMS, default="sha256", title="Algorithm", show_if={"operation": _BY_HASH}
    )
    secret: str = text(title="Secret", secret=True, show_if={"operation": _BY_SECRET})
    is_key: bool = boolean(
        title="The secret is a key of 32 bytes in hex",
        show_if={"operation": ["encrypt", "decrypt"]},
    )
    key: str = text(
        title="Key, as PEM",
        secret=True,
        multiline=True,
        show_if={"operation": ["sign", "verify"]},
    )
    passphrase: str = text(
        "", title="Passphrase of the key", secret=True, show_if={"operation": ["sign"]}
    )
    signature: str = text(title="Signature", show_if={"operation": ["verify"]})
    encoding: str = options(
        digests.ENCODINGS, default="hex", title="Encoding", show_if={"operation": _OF_VALUES}
    )
    kind: str = options(
        {"uuid": "UUID", "hex": "Hex", "base64": "Base64", "ascii": "ASCII"},
        default="uuid",
        title="Kind",
        show_if={"operation": ["random"]},
    )
    length: int = integer(
        32, title="Length", minimum=1, maximum=_MAX_LENGTH, show_if={"operation": ["random"]}
    )
    output_field: str = text("data", title="Put the result in field")

    def run(self, ctx: Context, items: Sequence[Item]) -> Result | Awaitable[Result]:
        """Work out one value per item."""
        if not items:
            return []
        operation = str(ctx.param("operation"))
        if operation == "random":
            return with_values(ctx, items, _random(ctx, len(items)))
        if ctx.param("source") == "file":
            return _of_files(ctx, items, operation)
        return _of_values(ctx, items, operation)


def _of_values(ctx: Context, items: Sequence[Item], operation: str) -> Result | Awaitable[Result]:
    values = as_list(ctx.columns("value"), len(items))
    work = _OPERATIONS[operation](ctx, len(items))
    if operation in ("hash", "hmac"):
        return with_values(ctx, items, [work(_bytes(value), i) for i, value in enumerate(values)])
    return _aside(ctx, items, values, work)


async def _aside(ctx: Context, items: Sequence[Item], values: Sequence[Any], work: Work) -> Result:
    """Keys make every item expensive: not on the event loop."""

    def all_of_them() -> list[Any]:
        return [work(_bytes(value), i) for i, value in enumerate(values)]

    return with_values(ctx, items, await asyncio.to_thread(all_of_them))


def _bytes(value: Any) -> bytes:
    return (value if isinstance(value, str) else to_text(value) or "").encode(
        errors="surrogatepass"
    )


async def _of_files(ctx: Context, items: Sequence[Item], operation: str) -> Result:
    names = as_list(ctx.columns("file"), len(items))
    fields = as_list(ctx.columns("output_field"), len(items))
    work = _OPERATIONS[operation](ctx, len(items))
    found = list[Item]()
    for i, item in enumerate(items):
        ref = _file(item, str(names[i]), i)
        if operation in ("hash", "hmac"):
            value = await _streamed(ctx, operation, ref, i)
        else:
            data = await _whole(ctx, ref, i)
            value = await asyncio.to_thread(work, data, i)
        if operation in ("encrypt", "decrypt"):
            found.append(await _with_file(ctx, item, str(names[i]), ref, value))
        else:
            found.append(with_value(item, str(fields[i]), value))
    return found


def _file(item: Item, name: str, i: int) -> BinaryRef:
    ref = (item.binary or {}).get(name)
    if ref is None:
        raise NodeFailed(
            f"The item has no file {name!r}", hint="Name a file of the item.", field="file", item=i
        )
    return ref


async def _streamed(ctx: Context, operation: str, ref: BinaryRef, i: int) -> str:
    algorithm = _algorithm(ctx.param("algorithm", i), i)
    if operation == "hmac":
        state: Any = hmac.new(_bytes(ctx.param("secret", i)), digestmod=algorithm)
    else:
        state = digests.new_hash(algorithm)
    async for chunk in _chunks(ctx, ref):
        state.update(chunk)
    return digests.encoded(state.digest(), str(ctx.param("encoding", i)))


def _chunks(ctx: Context, ref: BinaryRef) -> AsyncIterator[bytes]:
    return ctx.binary.stream(ref)


async def _whole(ctx: Context, ref: BinaryRef, i: int) -> bytes:
    data = await ctx.binary.read(ref, size=_MAX_FILE + 1)
    if len(data) > _MAX_FILE:
        raise NodeFailed(
            f"The file is larger than {_MAX_FILE:,} bytes",
            hint="Hash it and work on the hash, or compress it before.",
            field="file",
            item=i,
        )
    return data


async def _with_file(ctx: Context, item: Item, name: str, ref: BinaryRef, value: Any) -> Item:
    data = value if isinstance(value, bytes) else str(value).encode()
    media_type = ref.media_type
    written = await ctx.binary.write(data, media_type=media_type, file_name=ref.file_name)
    return Item(item.json, {**(item.binary or {}), name: written})


def _algorithm(name: Any, i: int) -> str:
    if name not in digests.ALGORITHMS:
        raise NodeFailed(
            f"{str(name)[:60]!r} is no algorithm for hashes",
            hint=f"Use one of {', '.join(digests.ALGORITHMS)}.",
            field="algorithm",
            item=i,
        )
    return str(name)


def _random(ctx: Context, count: int) -> list[str]:
    kinds, lengths = (as_list(ctx.columns(name), count) for name in ("kind", "length"))
    return [
        _one_random(kind, length, i)
        for i, (kind, length) in enumerate(zip(kinds, lengths, strict=True))
    ]


def _one_random(kind: Any, length: Any, i: int) -> str:
    if kind == "uuid":
        return str(uuid.uuid4())
    if isinstance(length, bool) or not isinstance(length, int) or not 0 < length <= _MAX_LENGTH:
        raise NodeFailed(f"The length is not from 1 to {_MAX_LENGTH:,}", field="length", item=i)
    if kind == "hex":
        return secrets.token_hex((length + 1) // 2)[:length]
    if kind == "base64":
        return digests.encoded(secrets.token_bytes(length), "base64")[:length]
    return _random_ascii(length)


def _random_ascii(length: int) -> str:
    """Every sign as likely as any other: bytes that would favour some are thrown away."""
    count = len(_ASCII)
    usable = 256 // count * count
    found = ""
    while len(found) < length:
        some = secrets.token_bytes(length * 2)
        found += "".join([_ASCII[byte % count] for byte in some if byte < usable])
    return found[:length]


def _columns(ctx: Context, count: int, *names: str) -> list[list[Any]]:
    return [as_list(ctx.columns(name), count) for name in names]


def _hash(ctx: Context, count: int) -> Work:
    algorithms, encodings = _columns(ctx, count, "algorithm", "encoding")

    def work(data: bytes, i: int) -> str:
        state = digests.new_hash(_algorithm(algorithms[i], i))
        state.update(data)
        return digests.encoded(state.digest(), encodings[i])

    return work


def _hmac(ctx: Context, count: int) -> Work:
    algorithms, encodings, given = _columns(ctx, count, "algorithm", "encoding", "secret")

    def work(data: bytes, i: int) -> str:
        digest = hmac.digest(_bytes(given[i]), data, _algorithm(algorithms[i], i))
        return digests.encoded(digest, encodings[i])

    return work


def _sign(ctx: Context, count: int) -> Work:
    names = ("algorithm", "encoding", "key", "passphrase")
    algorithms, encodings, keys, phrases = _columns(ctx, count, *names)
    made: dict[tuple[Any, str], Callable[[bytes], bytes]] = {}

    def work(data: bytes, i: int) -> str:
        way = (keys[i], _algorithm(algorithms[i], i))
        if way not in made:
            made[way] = digests.signer(*way, str(phrases[i] or ""))
        return digests.encoded(made[way](data), encodings[i])

    return work


def _verify(ctx: Context, count: int) -> Work:
    names = ("algorithm", "encoding", "key", "signature")
    algorithms, encodings, keys, signatures = _columns(ctx, count, *names)
    made: dict[tuple[Any, str], Callable[[bytes, bytes], bool]] = {}

    def work(data: bytes, i: int) -> bool:
        way = (keys[i], _algorithm(algorithms[i], i))
        if way not in made:
            made[way] = digests.verifier(*way)
        try:
            signature = digests.decoded(str(signatures[i]), encodings[i])
        except ValueError:
            return False
        return made[way](signature, data)

    return work


def _encrypt(ctx: Context, count: int) -> Work:
    given, is_key, encodings = _columns(ctx, count, "secret", "is_key", "encoding")
    whole_file = ctx.param("source") == "file"

    def work(data: bytes, i: int) -> Any:
        sealed = digests.encrypt(data, _password(given[i], i), _key(given[i], is_key[i], i))
        return sealed if whole_file else digests.encoded(sealed, encodings[i])

    return work


def _decrypt(ctx: Context, count: int) -> Work:
    given, is_key, encodings = _columns(ctx, count, "secret", "is_key", "encoding")
    whole_file = ctx.param("source") == "file"

    def work(data: bytes, i: int) -> Any:
        try:
            sealed = data if whole_file else digests.decoded(data.decode(), encodings[i])
            opened = digests.decrypt(sealed, _password(given[i], i), _key(given[i], is_key[i], i))
            return opened if whole_file else opened.decode()
        except ValueError as error:
            raise NodeFailed(
                f"The value cannot be decrypted: {error}",
                hint="Check the secret, and that encoding is the one it was encrypted with.",
                field="value",
                item=i,
            ) from None

    return work


def _password(secret: Any, i: int) -> str:
    if not secret or not isinstance(secret, str):
        raise NodeFailed("There is no secret", hint="Give a password.", field="secret", item=i)
    return secret


def _key(secret: Any, is_key: Any, i: int) -> bytes | None:
    if not is_key:
        return None
    try:
        key = bytes.fromhex(str(secret))
    except ValueError:
        key = b""
    if len(key) != _KEY:
        raise NodeFailed(
            f"The key is not {_KEY} bytes in hex",
            hint=f"Give {_KEY * 2} digits of 0 to 9 and a to f, or use a password.",
            field="secret",
            item=i,
        )
    return key


_OPERATIONS: Mapping[str, Callable[[Context, int], Work]] = {
    "hash": _hash,
    "hmac": _hmac,
    "sign": _sign,
    "verify": _verify,
    "encrypt": _encrypt,
    "decrypt": _decrypt,
}
