"""Re-scoring: what people do with runs, the processes that judge, and what those judge with."""

from __future__ import annotations

import os
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from qa_service.bootstrap import base
from qa_service.bootstrap.base import rulebook, settings, zone
from qa_service.bootstrap.hearing import analyst, document, interpreter, revised
from qa_service.bootstrap.rules import books, own_in_force, rulebooks
from qa_service.bootstrap.storing import job_queue, shelves
from qa_service.core.errors import RulebookError, UsageError

if TYPE_CHECKING:
    from qa_service.core.people import Asked
    from qa_service.core.rescore_plans import PlanToKeep
    from qa_service.rulebook.book import Bundle, Rulebook
    from qa_service.stores.rescore_desk import StoreRescores
    from qa_service.stores.rescore_plans import StoreRescorePlans
    from qa_service.stores.rescore_turns import StoreTurns
    from qa_service.usecases.embed import Interpreter
    from qa_service.usecases.judge_again import JudgeAgain
    from qa_service.usecases.rescore_step import RescoreStep
    from qa_service.worker.rescorer import Rescorer

#: Rulebooks that a process which judges keeps at hand.
_BOOKS = 8


def rescores(*, by_owner: bool = False) -> StoreRescores:
    """Runs, as people see them; whoever has this machine's shell may approve what they began."""
    from qa_service.stores.rescore_desk import StoreRescores

    own = by_owner or settings().own_approval
    return StoreRescores(shelves(), own, job_queue().start)


def known_in_force(name: str) -> Bundle | None:
    """The rulebook that judges under a name, no file: those are for who has this machine's shell. None for none."""
    from qa_service.rulebook.load import pack_bundle, pack_names

    own = own_in_force(name)
    return own or (pack_bundle(name) if name in pack_names() else None)


def judge_again(bundle: Bundle) -> JudgeAgain:
    """Judges stored calls with a rulebook, beside what was made of them before."""
    from qa_service.core.routing import BookRef
    from qa_service.stores.history import StoreHistory
    from qa_service.usecases.former_alerts import FormerAlerts
    from qa_service.usecases.judge_again import JudgeAgain

    kept = shelves()
    book, reader = books(kept), analyst(rulebook(), interpreter_=_meanings())

    def former(digest: str) -> Rulebook | None:
        try:
            return book(BookRef("", digest)).book
        except (RulebookError, UsageError):  # it was never kept, or a later version cannot read it
            return None

    alerts, history = FormerAlerts(book).of, StoreHistory(kept.engine)
    return JudgeAgain(reader, bundle.book, alerts, history, former)


def rescore_step() -> RescoreStep:
    """What a process that judges does, step after step."""
    from qa_service.core.routing import BookRef
    from qa_service.stores.history import StoreHistory
    from qa_service.stores.impatient import WORK_S, hurry
    from qa_service.stores.rescore_store import StoreRescoring
    from qa_service.stores.revisions import Reviser
    from qa_service.usecases.judgement import Judgement
    from qa_service.usecases.masking import masked_texts
    from qa_service.usecases.rescore_step import RescoreStep

    kept = shelves()
    hurry(kept.engine, WORK_S)
    book = books(kept)
    store = StoreRescoring(kept, Reviser(lambda name, digest: book(BookRef(name, digest)).book, revised))
    reader = cache(lambda: analyst(rulebook(), interpreter_=_meanings()))
    judgement = Judgement(
        reader,
        document,
        lambda analyzed: masked_texts(analyzed.assessment.utterances),
        StoreHistory(kept.engine),
    )
    return RescoreStep(store, book, lru_cache(_BOOKS)(lambda ref: judge_again(book(ref))), judgement)


def rescore_plans() -> StoreRescorePlans:
    """Runs that come again."""
    from qa_service.stores.rescore_plans import StoreRescorePlans

    return StoreRescorePlans(shelves(), zone())


def planned(asked: Asked, wanted: PlanToKeep) -> Bundle:
    """The rulebook that a plan means now.

    Raises:
        UsageError: `not_found`: there is none of that name, or no draft.
    """
    found = rulebooks().read(asked, wanted.rulebook) if wanted.is_draft else known_in_force(wanted.rulebook)
    if found is None:
        raise UsageError(
            "not_found", where=wanted.rulebook, problem="is no rulebook", fix="Check the plan's rulebook"
        )
    return found


def turns(node: str) -> StoreTurns:
    """What there is to do for the process `node`."""
    from qa_service.stores.rescore_turns import StoreTurns

    return StoreTurns(shelves().engine, node, base.now)


def rescorer(node: str) -> Rescorer:
    """Keeps processes busy that judge."""
    from qa_service.worker.rescorer import Rescorer

    return Rescorer(turns(node), rescore_processes())


def rescore_processes() -> int:
    """How many judge side by side: by default half of the cores, so that hearing has the others."""
    return settings().rescore_processes or max(1, (os.cpu_count() or 1) // 2)


def _meanings() -> Interpreter:
    from qa_service.stores.meanings import StoreMeanings

    return interpreter(StoreMeanings(shelves().engine, base.now))
