"""An OpenID provider on 127.0.0.1 that checks what it is asked, and can lie in every way that matters."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

CLIENT, SECRET = "qa-service", "geheim-geheim"
Claims = dict[str, Any]


def new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class Idp:
    """Who signs in, and how it lies."""

    name: str = "li.wei"
    clock: list[datetime] = field(default_factory=list)
    key: rsa.RSAPrivateKey = field(default_factory=new_key)
    #: What is different from the truth in claims, in the description, and in how a token is signed.
    claims: Claims = field(default_factory=dict)
    described: Claims = field(default_factory=dict)
    sign: Callable[[Idp, Claims], str] | None = None
    status: int = 200
    port: int = 0
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def describe(self) -> Claims:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
        } | self.described

    def keys(self) -> Claims:
        public = json.loads(RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [{**public, "kid": "k1", "alg": "RS256", "use": "sig"}]}

    def sign_in(self, page: str) -> tuple[str, str]:
        """What a browser does at the provider's page: state and code to come back with."""
        given = {name: values[0] for name, values in parse_qs(urlsplit(page).query).items()}
        assert (given["response_type"], given["client_id"]) == ("code", CLIENT)
        assert given["code_challenge_method"] == "S256"
        self.asked.append(("authorize", given))
        return given["state"], "the-code"

    def token(self, given: dict[str, str], who: str) -> Claims:
        _, begun = next(one for one in reversed(self.asked) if one[0] == "authorize")
        hashed = hashlib.sha256(given["code_verifier"].encode()).digest()
        assert base64.urlsafe_b64encode(hashed).rstrip(b"=").decode() == begun["code_challenge"]
        assert base64.b64decode(who.removeprefix("Basic ")).decode() == f"{CLIENT}:{SECRET}"
        assert (given["code"], given["redirect_uri"]) == ("the-code", begun["redirect_uri"])
        now = self.clock[0].timestamp()
        claims = {
            "iss": self.issuer, "aud": CLIENT, "sub": "4711", "iat": now, "exp": now + 300,
            "nonce": begun["nonce"], "preferred_username": self.name, **self.claims,
        }  # fmt: skip
        said = {name: value for name, value in claims.items() if value is not None}
        return {"token_type": "Bearer", "access_token": "x", "id_token": (self.sign or signed)(self, said)}


def signed(idp: Idp, claims: Claims) -> str:
    return jwt.encode(claims, idp.key, "RS256", headers={"kid": "k1"})


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def log_message(self, *_: object) -> None:
        return

    def do_GET(self) -> None:
        idp = self.server.idp
        self._answer(idp.keys() if self.path == "/keys" else idp.describe())

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        given = {name: values[0] for name, values in parse_qs(body).items()}
        self._answer(self.server.idp.token(given, self.headers["authorization"]))

    def _answer(self, said: Claims) -> None:
        body = json.dumps(said).encode()
        self.send_response(self.server.idp.status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    idp: Idp


@contextmanager
def answering(idp: Idp) -> Iterator[Idp]:
    """The provider, on a port of its own."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.idp, idp.port = idp, server.server_port
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield idp
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
