"""What is no HTTP at all is answered in our one shape too: Chinese in an address that nobody encoded, most of all."""

from __future__ import annotations

import json
import uuid
from http import HTTPStatus
from typing import TYPE_CHECKING

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from qa_service.web.errors import Denied

if TYPE_CHECKING:
    from qa_service.i18n.catalogue import Catalogue


def protocol(texts: Catalogue) -> type[H11Protocol]:
    """The server's protocol, with refusals in the language of `texts`."""
    refused = Denied(
        "not_http",
        problem="this is no HTTP request",
        fix="Encode what is not ASCII in addresses: with curl, -G --data-urlencode",
    )
    detail = texts.error(refused)

    class OneShape(H11Protocol):
        def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - what the server says to everybody
            told = {"error": refused.code, "detail": detail, "request_id": uuid.uuid4().hex}
            body = json.dumps(told, ensure_ascii=False).encode()
            answer = h11.Response(
                status_code=HTTPStatus.BAD_REQUEST,
                reason=HTTPStatus.BAD_REQUEST.phrase.encode(),
                headers=[
                    (b"content-type", b"application/json"),
                    (b"content-length", str(len(body)).encode()),
                    (b"x-content-type-options", b"nosniff"),
                    (b"cache-control", b"no-store"),
                    (b"connection", b"close"),
                ],
            )
            for event in (answer, h11.Data(data=body), h11.EndOfMessage()):
                self.transport.write(self.conn.send(event) or b"")
            self.transport.close()

    return OneShape
