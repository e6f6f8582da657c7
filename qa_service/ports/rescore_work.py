"""What a process that judges stored calls again asks of a store."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from qa_service.core.rescores import Fate, Rescore, Turn
from qa_service.core.stored import StoredCall
from qa_service.pipeline.diff import Again
from qa_service.ports.rescoring import Former
from qa_service.ports.storing import Judged, KeptMeasures


@dataclass(frozen=True, slots=True)
class ToJudge:
    """A call of a chunk, as far as it is there."""

    call: StoredCall
    #: Reads its measurements; raises EnvelopeError where they are damaged. None: it was never measured.
    measures: Callable[[], KeptMeasures] | None = None
    #: What they are called, and the call as it was made ready from some, with what that hangs on.
    name: str = ""
    ready_key: str = ""
    ready: bytes | None = None
    #: None: no evaluation of ours stands, or its words were deleted.
    former: Former | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """What came of one call: both verdicts, or why there are not two."""

    call_id: str
    former_id: str = ""
    again: Again | None = None
    left_out: str = ""
    #: The call as it was made ready on the way, where that was not kept.
    ready: tuple[str, bytes] | None = None


@dataclass(frozen=True, slots=True)
class Applied:
    """What is to become of one call that was compared."""

    call_id: str
    former_id: str
    #: The new evaluation; None where the call is left as it is.
    judged: Judged | None
    #: Why it is left.
    reason: str = ""


class RescoreStore(Protocol):
    """Every step ends in one transaction under its fence."""

    def run(self, turn: Turn) -> Rescore:
        """The run.

        Raises:
            Fenced: the step is not ours any more.
        """

    def choose(self, turn: Turn) -> None:
        """Chooses the calls and cuts them into chunks."""

    def to_judge(self, turn: Turn, rulebook: str) -> Iterator[ToJudge]:
        """The calls of the chunk that are still there, in order."""

    def compared(self, turn: Turn, made: Sequence[Compared]) -> None:
        """Keeps what came of the chunk, and ends the step."""

    def proposals(self, run_id: str) -> Iterator[Again]:
        """Everything that was compared, in order."""

    def left_out(self, run_id: str) -> Mapping[str, int]:
        """How many calls were left out, by why."""

    def counted(self, turn: Turn, diff: bytes) -> None:
        """Keeps what is different, and ends the phase."""

    def chosen(self, turn: Turn) -> Mapping[str, tuple[str, Again]]:
        """What is to be applied of the chunk and is not yet, by call: the former evaluation, and both verdicts."""

    def apply(self, turn: Turn, made: Sequence[Applied]) -> None:
        """Makes evaluations the calls', unless something else judged them meanwhile."""

    def applied(self, turn: Turn) -> None:
        """Ends the step: every call of the chunk has its fate."""

    def ended(self, turn: Turn) -> Mapping[Fate, int]:
        """Ends the run; how many calls came to what."""
