"""Takes in what another system made of calls: the call where it is not there yet, and its evaluations beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from qa_service.core.imported import ImportedEvaluation, Kept
from qa_service.core.people import Asked
from qa_service.ports.serving import Upload
from qa_service.stores import audit, calls, imported
from qa_service.stores.intake import StoreIntake
from qa_service.stores.workbench import Shelves


@dataclass(frozen=True, slots=True)
class StoreImports:
    """The door for imported calls and evaluations; each call in a transaction of its own."""

    shelves: Shelves
    intake: StoreIntake

    def beside(self, asked: Asked, external_id: str, made: Sequence[ImportedEvaluation]) -> list[Kept]:
        """Keeps evaluations beside the call that is called so; `NO_CALL` where there is none that the asker sees.

        Raises:
            RecordingError: `call_deleted`.
        """
        with self.shelves.engine.begin() as connection:
            call = calls.named(connection, external_id, asked.caller.sight)
            if call is None:
                return [Kept.NO_CALL for _ in made]
            return self._keep(connection, asked, call.id, made)

    def with_call(self, asked: Asked, upload: Upload, made: Sequence[ImportedEvaluation]) -> list[Kept]:
        """The same; a call that is not there is taken in as a transcript and waits to be judged by ours."""
        kept = self.beside(asked, upload.envelope.call_id, made)
        if Kept.NO_CALL not in kept:
            return kept

        def write(connection: sa.Connection, call_id: str) -> None:
            self._keep(connection, asked, call_id, made)

        self.intake.accept(asked, upload, beside=write)
        return [Kept.NEW for _ in made]

    def _keep(
        self, connection: sa.Connection, asked: Asked, call_id: str, made: Sequence[ImportedEvaluation]
    ) -> list[Kept]:
        now = self.shelves.now()
        kept = [imported.keep(connection, call_id, one, now=now) for one in made]
        changed = [
            f"{one.system}:{one.by}" for one, how in zip(made, kept, strict=True) if how is not Kept.SAME
        ]
        if changed:
            detail = {"evaluations": changed}
            entry = audit.Entry(asked.caller.id, "import", f"call:{call_id}", detail, asked.request_id)
            audit.write(connection, entry, now=now)
        return kept
