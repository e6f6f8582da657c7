"""A worker process: what it hears and judges with, and whose work it takes."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

from qa_service.bootstrap import base
from qa_service.bootstrap.base import rulebook, texts
from qa_service.bootstrap.hearing import (
    analyst,
    document,
    ears,
    hearing_profile,
    interpreter,
    revised,
    source_profile,
)
from qa_service.bootstrap.rules import books
from qa_service.bootstrap.storing import job_queue, scratch, shelves
from qa_service.bootstrap.tracing import traces

if TYPE_CHECKING:
    from qa_service.worker.node import Node

#: Recognition models that a worker keeps loaded: each takes gigabytes, and loading seconds.
_MODELS = 2


def node() -> Node:
    """A worker process; models load with the first call."""
    import time

    from qa_service.stores.engine import away
    from qa_service.stores.history import StoreHistory
    from qa_service.stores.impatient import WORK_S, hurry
    from qa_service.stores.meanings import StoreMeanings
    from qa_service.stores.roster import StoreRoster
    from qa_service.stores.workbench import StoreWorkbench
    from qa_service.usecases.judgement import Judgement
    from qa_service.usecases.masking import masked_texts
    from qa_service.usecases.process import Processor
    from qa_service.worker.fitness import Fitness
    from qa_service.worker.node import Node, node_name, note

    kept, name, fitness = shelves(), node_name(), Fitness()
    meanings = interpreter(StoreMeanings(kept.engine, base.now))
    hurry(kept.engine, WORK_S)
    reader = cache(lambda: analyst(rulebook(), interpreter_=meanings))
    bench = StoreWorkbench(kept, name, scratch().folder, revised)
    processor = Processor(
        bench=bench,
        analyst=lru_cache(_MODELS)(
            lambda model: analyst(rulebook(), ears(model), scratch().folder, meanings)
        ),
        reader=reader,
        book=books(kept),
        judgement=Judgement(
            reader,
            document,
            lambda analyzed: masked_texts(analyzed.assessment.utterances),
            StoreHistory(kept.engine),
        ),
        clock=time.monotonic,
        sentence=texts().error,
        note=note,
        heard=fitness.heard,
        hearing=hearing_profile(),
        source=source_profile(""),
    )
    queue = job_queue()
    roster = StoreRoster(queue.engine or kept.engine, name, queue.start, queue.start_first, base.now)
    roster.trouble = lambda: fitness.trouble
    made = Node(name, processor, roster, queue, scratch(), traces=traces(roster, name))
    made.fitness, made.known = fitness, away
    return made
