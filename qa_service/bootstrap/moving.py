"""What another system's results are taken in with, on the machine itself."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from qa_service.bootstrap.base import customer_tokens, settings
from qa_service.bootstrap.serving import read_in
from qa_service.bootstrap.storing import job_queue, scratch, shelves
from qa_service.core.people import MACHINE, Asked

if TYPE_CHECKING:
    from qa_service.core.imported import ImportedEvaluation, Kept
    from qa_service.stores.import_desk import StoreImports

_ASKED = Asked(MACHINE)


class Imports:
    """Calls and evaluations of another system; opened once for a whole file."""

    def __init__(self, team: str) -> None:
        from qa_service.stores.import_desk import StoreImports
        from qa_service.stores.intake import StoreIntake

        queue = job_queue()
        queue.open()
        self._desk: StoreImports = StoreImports(shelves(), StoreIntake(shelves(), queue.start))
        self._team, self._tokens = team, customer_tokens()

    def beside(self, external_id: str, made: Sequence[ImportedEvaluation]) -> list[Kept]:
        """Evaluations of a call that is there."""
        return self._desk.beside(_ASKED, external_id, made)

    def with_call(self, transcript: str, made: Sequence[ImportedEvaluation]) -> list[Kept]:
        """Evaluations with their call, which is taken in where it is not there.

        Raises:
            EnvelopeError: the transcript will not do.
        """
        from qa_service.core.imported import brought_from
        from qa_service.ports.serving import Upload

        envelope, words = read_in(settings().timezone, self._tokens, transcript)
        with TemporaryDirectory(dir=scratch().folder) as folder:
            file = Path(folder) / "transcript.json"
            file.write_text(words, "utf-8")
            source = brought_from(made[0].system)
            upload = Upload(file, "transcript.json", envelope, source=source, team=self._team, is_text=True)
            return self._desk.with_call(_ASKED, upload, made)
