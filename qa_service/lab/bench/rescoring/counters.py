"""Counts what must not be asked when a call is judged again: the tokeniser, recognisers, and models of any kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from qa_service.asr.vad import SileroVad
from qa_service.asr.whisper import WhisperRecogniser
from qa_service.inference.sentences import UseEncoder
from qa_service.text.tokenize import Tokenizer

#: What is asked, and by which method of which class.
ASKED: tuple[tuple[str, type[Any], str], ...] = (
    ("tokeniser", Tokenizer, "tokens"),
    ("recogniser", WhisperRecogniser, "recognise"),
    ("model", SileroVad, "probabilities"),
    ("model", UseEncoder, "embed"),
)


@contextmanager
def counted() -> Iterator[Counter[str]]:
    """Counts for as long as it is open; every kind is there, asked or not."""
    asked = Counter({name: 0 for name, _, _ in ASKED})
    with ExitStack() as undo:
        for name, owner, method in ASKED:
            plain = getattr(owner, method)
            setattr(owner, method, _counting(plain, asked, name))
            undo.callback(setattr, owner, method, plain)
        yield asked


def _counting(plain: Callable[..., Any], asked: Counter[str], name: str) -> Callable[..., Any]:
    def counting(*args: Any, **more: Any) -> Any:
        asked[name] += 1
        return plain(*args, **more)

    return counting
