"""OpenID Connect, authorization code with PKCE: who comes back from the provider is named, nothing else is taken over.

Users are added by an admin; the provider only says which of them is here. Needs the extra `oidc`.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol
from urllib.parse import urlencode, urlsplit

import httpx

from qa_service.core.errors import SignOnError, UsageError

#: A person signs in within this time.
_PATIENCE = timedelta(minutes=10)
_TIMEOUT_S = 10.0
#: Signatures that need a key of the provider's own; `none` and shared secrets are not among them.
_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")
#: Clocks differ.
_LEEWAY_S = 60
_MOST_BYTES = 1 << 20
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class Seal(Protocol):
    """Seals what a browser keeps for us."""

    def wrap(self, secret: bytes, belongs_to: str) -> bytes:
        """Sealed."""

    def unwrap(self, wrapped: bytes, belongs_to: str) -> bytes:
        """Open again.

        Raises:
            UsageError: somebody else sealed it.
        """


@dataclass(frozen=True, slots=True)
class Provider:
    """What an admin said about the provider."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    #: Where the browser comes back to.
    returns_to: str
    #: The claim that holds the name of one of our users.
    name_claim: str = "preferred_username"


@dataclass(frozen=True, slots=True)
class Oidc:
    """The port `SignOn` on one provider."""

    provider: Provider
    seal: Seal
    now: Callable[[], datetime]

    def begin(self) -> tuple[str, str]:
        """Where the browser goes, and what it keeps for us meanwhile."""
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        kept = {"state": state, "nonce": nonce, "verifier": verifier, "at": self.now().timestamp()}
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=")
        asked = {
            "response_type": "code",
            "client_id": self.provider.client_id,
            "redirect_uri": self.provider.returns_to,
            "scope": "openid profile email",
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge.decode(),
            "code_challenge_method": "S256",
        }
        sealed = self.seal.wrap(json.dumps(kept).encode(), "sign-on")
        page = self._described()["authorization_endpoint"]
        joint = "&" if urlsplit(page).query else "?"
        return f"{page}{joint}{urlencode(asked)}", base64.urlsafe_b64encode(sealed).decode()

    def finish(self, kept: str, state: str, code: str) -> str:
        """The name of who has signed in.

        Raises:
            SignOnError: `sign_on_refused` or `sign_on_away`.
        """
        began = self._began(kept)
        if not secrets.compare_digest(began["state"].encode(), state.encode()):
            raise _refused("this is not the sign-in that began here")
        claims = self._claims(self._token(code, began["verifier"]))
        if not secrets.compare_digest(str(claims.get("nonce", "")).encode(), began["nonce"].encode()):
            raise _refused("the answer belongs to another sign-in")
        name = claims.get(self.provider.name_claim)
        if not isinstance(name, str) or not name:
            raise _refused("the provider tells no name")
        return name

    def _began(self, kept: str) -> Mapping[str, Any]:
        try:
            sealed = base64.urlsafe_b64decode(kept.encode())
            began: Mapping[str, Any] = json.loads(self.seal.unwrap(sealed, "sign-on"))
        except (UsageError, ValueError):
            raise _refused("nobody began to sign in here") from None
        age = self.now().timestamp() - began["at"]
        if not 0 <= age <= _PATIENCE.total_seconds():
            raise _refused("it took too long")
        return began

    def _token(self, code: str, verifier: str) -> str:
        given = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.provider.returns_to,
            "code_verifier": verifier,
        }
        who = httpx.BasicAuth(self.provider.client_id, self.provider.client_secret)
        answer = _ask("POST", self._described()["token_endpoint"], data=given, auth=who)
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise _refused("the provider sent no id_token")
        return token

    def _claims(self, token: str) -> Mapping[str, Any]:
        import jwt

        try:
            keys = jwt.PyJWKSet.from_dict(_ask("GET", self._described()["jwks_uri"]))
            kid = jwt.get_unverified_header(token).get("kid")
            key = next(key for key in keys.keys if kid is None or key.key_id == kid)
            claims: Mapping[str, Any] = jwt.decode(
                token,
                key,
                algorithms=_ALGORITHMS,
                audience=self.provider.client_id,
                issuer=self.provider.issuer,
                leeway=_LEEWAY_S,
                options={
                    "require": ["exp", "iat", "aud", "iss", "sub"],
                    "verify_exp": False,
                    "verify_iat": False,
                },
            )
        except (jwt.PyJWTError, StopIteration):
            raise _refused("the provider's answer is not signed as it should be") from None
        # By the service's own clock, which tests turn.
        if claims["exp"] + _LEEWAY_S < self.now().timestamp():
            raise _refused("the provider's answer is too old")
        return claims

    def _described(self) -> Mapping[str, str]:
        """The provider's own description; asked for each time: signing in is rare, and keys change."""
        found = _ask("GET", self.provider.issuer.rstrip("/") + "/.well-known/openid-configuration")
        named = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        if found.get("issuer") != self.provider.issuer or not all(
            _is_safe(found.get(name)) for name in named
        ):
            raise _refused("the provider describes somebody else")
        return {name: str(found[name]) for name in named}


def _is_safe(url: object) -> bool:
    if not isinstance(url, str):
        return False
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)


def _ask(method: str, url: str, **given: Any) -> dict[str, Any]:
    """An answer in JSON; redirects are not followed."""
    if not _is_safe(url):
        raise _refused("the provider is not reached through https")
    try:
        answer = httpx.request(method, url, timeout=_TIMEOUT_S, follow_redirects=False, **given)
    except httpx.HTTPError:
        raise _away() from None
    if answer.status_code >= 500:
        raise _away()
    try:
        said = json.loads(answer.content[:_MOST_BYTES])
    except ValueError:
        said = None
    if answer.status_code != 200 or not isinstance(said, dict):
        raise _refused("the provider refused")
    return said


def _refused(problem: str) -> SignOnError:
    return SignOnError("sign_on_refused", problem=problem, fix="Sign in again, or ask an admin")


def _away() -> SignOnError:
    return SignOnError(
        "sign_on_away", problem="the provider does not answer", fix="Try again, or sign in with a password"
    )
