"""What is no HTTP at all is answered in our one shape and language: Chinese that nobody encoded, most of all."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from qa_service.web.denials import Denied
from qa_service.web.punctual import Punctual

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qa_service.i18n.catalogue import Catalogue


def protocol(texts: Catalogue) -> type[Punctual]:
    """The server's protocol, with refusals in the language of `texts`."""
    refused = Denied(
        "not_http",
        problem="this is no HTTP request",
        fix="Encode what is not ASCII in addresses: with curl, -G --data-urlencode",
    )
    sentence = texts.error(refused)

    class Ours(Punctual):
        said: ClassVar[Mapping[int, tuple[str, str]]] = {**Punctual.said, 400: (refused.code, sentence)}

    return Ours
