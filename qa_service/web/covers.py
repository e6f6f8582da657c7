"""What comes with a recording that does not come in one request, checked before any of it does."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace

from qa_service.core.calls import Envelope
from qa_service.core.uploads import Cover
from qa_service.web.denials import Denied, there
from qa_service.web.deps import AskedBy, team_of
from qa_service.web.names import plain_name
from qa_service.web.parts import Parts

_SHA256 = re.compile(r"[0-9a-f]{64}")
_ID = re.compile(r"[0-9a-f-]{36}")
_LONGEST_TEAM = 100


def cover_of(here: Parts, by: AskedBy, said: Mapping[str, str], idempotency_key: str) -> Cover:
    """The cover in texts: `filename`, `meta`, `team`, `agent_channel`, `sha256`, `batch`, `allow_duplicate`.

    Raises:
        Denied: `request_invalid`, `not_allowed`; EnvelopeError.
    """
    channel, sha256, batch = (
        said.get("agent_channel", ""),
        said.get("sha256", "").lower(),
        said.get("batch", ""),
    )
    meta, team, again = said.get("meta", ""), said.get("team", ""), said.get("allow_duplicate", "")
    for name, fine, why, limit in (
        ("agent_channel", channel in ("", "0", "1"), "not_offered", "0, 1"),
        ("sha256", not sha256 or bool(_SHA256.fullmatch(sha256)), "wrong_form", _SHA256.pattern),
        ("batch", not batch or bool(_ID.fullmatch(batch)), "wrong_form", _ID.pattern),
        ("allow_duplicate", again in ("", "true", "false"), "not_offered", "true, false"),
        ("team", len(team) <= _LONGEST_TEAM, "too_long", str(_LONGEST_TEAM)),
    ):
        if not fine:
            raise Denied(
                "request_invalid",
                where=name,
                problem="will not do",
                fix="See docs/api.md",
                why=why,
                limit=limit,
            )
    cover = Cover(
        file_name=plain_name(said.get("filename", "")),
        envelope=here.envelope(meta) if meta else Envelope(),
        team="" if batch else team_of(here, by, team),  # a batch's row says whose it is
        agent_channel=int(channel) if channel else None,
        sha256=sha256,
        idempotency_key=idempotency_key,
        allows_duplicate=again == "true",
    )
    if batch and (meta or team or channel):
        raise Denied(
            "request_invalid",
            where="batch",
            problem="its row says all that",
            fix="Send no meta",
            why="in_row",
            limit="",
        )
    return in_batch(here, by, cover, batch) if batch else cover


def in_batch(here: Parts, by: AskedBy, cover: Cover, batch: str) -> Cover:
    """The cover of a recording whose row in a batch says what is known; the row has one recording.

    Raises:
        Denied: `not_found`; UsageError: `no_such_row`; EnvelopeError.
    """
    team, row = there(here.batches.row(by, batch, cover.file_name))
    return replace(
        cover,
        file_name=row.file_name,
        envelope=row.envelope,
        team=team,
        agent_channel=row.agent_channel,
        idempotency_key=cover.idempotency_key or f"batch:{batch}:{_short(row.file_name)}",
        batch=batch,
    )


def _short(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:32]
