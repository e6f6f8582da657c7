"""Through a provider comes in who the provider names, in answer to what was begun here, and nobody else."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from qa_service.core.errors import SignOnError
from qa_service.signon.oidc import Oidc, Provider
from qa_service.stores.keys import MasterKey
from tests.signon.provider import CLIENT, SECRET, Claims, Idp, answering, new_key, signed

STRANGERS_KEY = new_key()


@pytest.fixture
def clock() -> list[datetime]:
    return [datetime(2026, 11, 26, 8, 0, tzinfo=UTC)]


@pytest.fixture
def idp(clock: list[datetime]) -> Iterator[Idp]:
    with answering(Idp(clock=clock)) as idp:
        yield idp


@pytest.fixture
def oidc(idp: Idp, clock: list[datetime]) -> Oidc:
    provider = Provider(idp.issuer, CLIENT, SECRET, "http://qa.test/api/v1/session/oidc/callback")
    return Oidc(provider, MasterKey(b"k" * 32), lambda: clock[0])


def through(oidc: Oidc, idp: Idp) -> str:
    page, kept = oidc.begin()
    return oidc.finish(kept, *idp.sign_in(page))


def test_who_signs_in_is_named(oidc: Oidc, idp: Idp) -> None:
    assert through(oidc, idp) == "li.wei"


def test_the_name_may_be_another_claim(oidc: Oidc, idp: Idp) -> None:
    idp.claims = {"email": "li.wei@example.com"}
    by_mail = replace(oidc, provider=replace(oidc.provider, name_claim="email"))

    assert through(by_mail, idp) == "li.wei@example.com"


def test_nothing_secret_stands_in_the_address(oidc: Oidc, idp: Idp) -> None:
    page, kept = oidc.begin()

    assert SECRET not in page
    assert "verifier" not in base64.urlsafe_b64decode(kept).decode("latin-1")


def _with_no_signature(idp: Idp, claims: Claims) -> str:
    return jwt.encode(claims, "", "none", headers={"kid": "k1"})


def _with_the_public_key_as_a_secret(idp: Idp, claims: Claims) -> str:
    public = idp.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    head, body = (
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()
        for part in ({"alg": "HS256", "kid": "k1"}, claims)
    )
    made = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256)
    name = base64.urlsafe_b64encode(made.sign(f"{head}.{body}".encode(), public)).rstrip(b"=").decode()
    return f"{head}.{body}.{name}"


def _with_a_strangers_key(idp: Idp, claims: Claims) -> str:
    return jwt.encode(claims, STRANGERS_KEY, "RS256", headers={"kid": "k1"})


def _with_an_unknown_key(idp: Idp, claims: Claims) -> str:
    return jwt.encode(claims, idp.key, "RS256", headers={"kid": "k9"})


def _changed_afterwards(idp: Idp, claims: Claims) -> str:
    head, body, name = signed(idp, claims).split(".")
    said = json.loads(base64.urlsafe_b64decode(body + "=="))
    forged = json.dumps({**said, "preferred_username": "admin"}).encode()
    return f"{head}.{base64.urlsafe_b64encode(forged).rstrip(b'=').decode()}.{name}"


@pytest.mark.parametrize(
    "lie",
    [
        pytest.param({"claims": {"nonce": "another"}}, id="an answer to another sign-in"),
        pytest.param({"claims": {"nonce": None}}, id="an answer to nobody"),
        pytest.param({"claims": {"aud": "somebody-else"}}, id="for another service"),
        pytest.param({"claims": {"iss": "https://evil.example"}}, id="of another provider"),
        pytest.param({"claims": {"exp": 1_000}}, id="of long ago"),
        pytest.param({"claims": {"exp": None}}, id="for ever"),
        pytest.param({"claims": {"preferred_username": None}}, id="without a name"),
        pytest.param({"claims": {"preferred_username": ["admin"]}}, id="with a list for a name"),
        pytest.param({"sign": _with_no_signature}, id="not signed"),
        pytest.param({"sign": _with_the_public_key_as_a_secret}, id="signed with what everybody knows"),
        pytest.param({"sign": _with_a_strangers_key}, id="signed by a stranger"),
        pytest.param({"sign": _with_an_unknown_key}, id="signed with a key nobody published"),
        pytest.param({"sign": _changed_afterwards}, id="changed afterwards"),
        pytest.param({"sign": lambda *_: "no token"}, id="no token"),
        pytest.param({"described": {"issuer": "https://evil.example"}}, id="a description of another"),
        pytest.param({"described": {"token_endpoint": "http://10.0.0.1/t"}}, id="an address without TLS"),
        pytest.param({"described": {"jwks_uri": "file:///etc/passwd"}}, id="a file for keys"),
    ],
)
def test_a_lie_lets_nobody_in(oidc: Oidc, idp: Idp, lie: dict[str, Any]) -> None:
    page, kept = oidc.begin()
    back = idp.sign_in(page)
    for name, value in lie.items():
        setattr(idp, name, value)

    with pytest.raises(SignOnError) as caught:
        oidc.finish(kept, *back)

    assert caught.value.code == "sign_on_refused"


def test_what_began_elsewhere_does_not_end_here(oidc: Oidc, idp: Idp) -> None:
    """Somebody makes another's browser end a sign-in that they began themselves."""
    (_, victims), (page, _) = oidc.begin(), oidc.begin()

    with pytest.raises(SignOnError, match="not the sign-in that began here"):
        oidc.finish(victims, *idp.sign_in(page))


@pytest.mark.parametrize("kept", ["", "AAAA", "not base64!", base64.b64encode(b"x" * 60).decode()])
def test_a_cookie_that_is_not_ours_is_none(oidc: Oidc, idp: Idp, kept: str) -> None:
    page, _ = oidc.begin()

    with pytest.raises(SignOnError, match="nobody began"):
        oidc.finish(kept, *idp.sign_in(page))


@pytest.mark.parametrize("minutes", [11, -1])
def test_a_sign_in_takes_no_longer_than_a_person(
    oidc: Oidc, idp: Idp, clock: list[datetime], minutes: int
) -> None:
    page, kept = oidc.begin()
    clock[0] += timedelta(minutes=minutes)

    with pytest.raises(SignOnError, match="too long"):
        oidc.finish(kept, *idp.sign_in(page))


def test_a_provider_that_is_away_is_said_so(oidc: Oidc, idp: Idp) -> None:
    idp.status = 502
    with pytest.raises(SignOnError) as caught:
        oidc.begin()
    assert caught.value.code == "sign_on_away"


def test_a_provider_that_answers_nothing_is_away(oidc: Oidc) -> None:
    nowhere = replace(oidc, provider=replace(oidc.provider, issuer="http://127.0.0.1:1"))
    with pytest.raises(SignOnError) as caught:
        nowhere.begin()
    assert caught.value.code == "sign_on_away"
