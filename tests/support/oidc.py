"""A provider of OpenID Connect, and one that speaks as GitHub does, on this machine."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey


class Provider:
    """Lets in whoever comes, as `claims` say; `spoil` changes what it signs or answers."""

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "k1", "use": "sig"})
        self.url = ""
        self.claims: dict[str, Any] = {"sub": "s1", "email": "a@x.y", "email_verified": True}
        self.spoil: Callable[[dict[str, Any]], None] = lambda claims: None
        self.metadata: dict[str, Any] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        #: By code: what the browser came with.
        self.codes: dict[str, dict[str, str]] = {}
        self.sign: Callable[[dict[str, Any]], str] = self._sign
        self.jwks: Callable[[], dict[str, Any]] = lambda: {
            "keys": [self.key.as_dict(private=False)]
        }
        self.now_s: Callable[[], int] = lambda: 0

    def authorize(self, url: str, **more: str) -> dict[str, Any]:
        """What a browser does that is sent there: what it comes back with."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        code = f"code{len(self.codes)}"
        self.codes[code] = query
        return {"code": code, "state": query["state"], "iss": self.url, **more}

    def answer(self, path: str, form: dict[str, str], headers: dict[str, str]) -> tuple[int, Any]:
        """What it answers."""
        self.asked.append((path, form))
        if path == "/.well-known/openid-configuration":
            return 200, self._described()
        if path == "/jwks":
            return 200, self.jwks()
        if path in ("/token", "/login/oauth/access_token"):
            return self._token(form, headers)
        if path == "/userinfo":
            return 200, {"sub": self.claims["sub"], "email": "told@x.y", "email_verified": True}
        if path == "/api/user":
            return 200, {"id": 7, "login": "octo", "name": None}
        if path == "/api/user/emails":
            main = {"email": "octo@x.y", "primary": True, "verified": True}
            return 200, [{"email": "old@x.y", "primary": False, "verified": True}, main]
        return 404, {}

    def _described(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/jwks",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "authorization_response_iss_parameter_supported": True,
            **self.metadata,
        }

    def _token(self, form: dict[str, str], headers: dict[str, str]) -> tuple[int, Any]:
        begun = self.codes.pop(form["code"], None)
        digest = sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        good = begun is not None and begun["code_challenge"] == challenge
        if not good or begun is None or begun["redirect_uri"] != form["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        if "nonce" not in begun:
            return 200, {"access_token": "t1", "token_type": "bearer"}
        known = base64.b64encode(b"client:s%20cret").decode()
        if headers.get("authorization") != f"Basic {known}":
            return 401, {"error": "invalid_client"}
        now_s = self.now_s()
        claims = {
            "iss": self.url,
            "aud": "client",
            "exp": now_s + 300,
            "iat": now_s,
            "nonce": begun["nonce"],
            **self.claims,
        }
        self.spoil(claims)
        return 200, {"id_token": self.sign(claims), "access_token": "t1"}

    def _sign(self, claims: dict[str, Any]) -> str:
        return jwt.encode({"alg": "RS256", "kid": "k1"}, claims, self.key, algorithms=["RS256"])


@contextmanager
def provider() -> Generator[Provider]:
    """One that runs until the block ends."""
    found = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer({})

        def do_POST(self) -> None:
            size = int(self.headers.get("content-length", "0"))
            read = parse_qs(self.rfile.read(size).decode())
            self._answer({name: values[0] for name, values in read.items()})

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """Say nothing."""

        def _answer(self, form: dict[str, str]) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, told = found.answer(urlsplit(self.path).path, form, headers)
            content = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
