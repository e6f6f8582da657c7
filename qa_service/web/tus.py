"""What the tus protocol says in headers (tus.io, 1.0.0): read strictly, said back in one form."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from email.utils import format_datetime

from qa_service.core.uploads import PartUpload
from qa_service.web.denials import Denied

VERSION = "1.0.0"
EXTENSIONS = "creation,expiration,termination"
CONTENT_TYPE = "application/offset+octet-stream"
#: What we read of the metadata; libraries of browsers send more, which is of no use here.
_KNOWN = frozenset({"filename", "meta", "team", "agent_channel", "sha256", "batch", "allow_duplicate"})


def check_version(said: str) -> None:
    """A client that names no version speaks this one.

    Raises:
        Denied: `tus_version`.
    """
    if said not in ("", VERSION):
        raise Denied("tus_version", where="Tus-Resumable", problem="is another version", fix="Use 1.0.0")


def read_metadata(header: str) -> Mapping[str, str]:
    """`key base64,key base64` as text, the keys that are known.

    Raises:
        Denied: `request_invalid`.
    """
    found: dict[str, str] = {}
    for pair in header.split(","):
        key, _, value = pair.strip().partition(" ")
        if key.lower() in _KNOWN:
            if key.lower() in found:
                raise _unreadable(key, "stands twice", "twice")
            found[key.lower()] = _text(key, value.strip())
    return found


def headers_of(upload: PartUpload) -> dict[str, str]:
    """How far an upload is."""
    return {
        "Tus-Resumable": VERSION,
        "Upload-Offset": str(upload.received),
        "Upload-Length": str(upload.length),
        "Upload-Expires": format_datetime(upload.expires_at, usegmt=True),
    }


def _text(key: str, value: str) -> str:
    try:
        text = base64.b64decode(value, validate=True).decode("utf-8")
    except (binascii.Error, ValueError) as error:
        raise _unreadable(key, "is not UTF-8 in base64", "not_base64") from error
    if "\0" in text:
        raise _unreadable(key, "holds a NUL character", "nul")
    return text


def _unreadable(key: str, problem: str, why: str) -> Denied:
    return Denied(
        "request_invalid",
        where=f"Upload-Metadata.{key}",
        problem=problem,
        fix="Write `filename YS53YXY=,meta e30=`",
        why=why,
        limit="",
    )
