"""Settings → adapters → use cases. The only package that names concrete parts together.

Heavy modules are imported where they are needed: `qa-service --help` loads no model and no codec.
"""

from qa_service.bootstrap.administration import accounts, archive, back_up, check_team, prove_backup
from qa_service.bootstrap.base import (
    customer_tokens,
    now,
    rulebook,
    rulebook_bundle,
    settings,
    texts,
    tokenizer,
    zone,
)
from qa_service.bootstrap.collecting import opener, rounds, source_desk, source_folders
from qa_service.bootstrap.hearing import (
    analyst,
    audio_reader,
    clip,
    document,
    ears,
    hearing_profile,
    interpreter,
    model_store,
    revised,
    source_profile,
)
from qa_service.bootstrap.moving import Imports
from qa_service.bootstrap.reaching import courier, fetcher, guard
from qa_service.bootstrap.rescoring import (
    judge_again,
    known_in_force,
    rescore_processes,
    rescore_step,
    rescorer,
    rescores,
)
from qa_service.bootstrap.rules import (
    books,
    bundle_in_force,
    draft_trial,
    reviews,
    routing,
    rulebook_in_force,
    rulebooks,
)
from qa_service.bootstrap.serving import export, web_parts
from qa_service.bootstrap.storing import database_url, job_queue, scratch, shelves, stored_measures
from qa_service.bootstrap.upkeep import tasks, timer
from qa_service.bootstrap.working import node

__all__ = [
    "Imports",
    "accounts",
    "analyst",
    "archive",
    "audio_reader",
    "back_up",
    "books",
    "bundle_in_force",
    "check_team",
    "clip",
    "courier",
    "customer_tokens",
    "database_url",
    "document",
    "draft_trial",
    "ears",
    "export",
    "fetcher",
    "guard",
    "hearing_profile",
    "interpreter",
    "job_queue",
    "judge_again",
    "known_in_force",
    "model_store",
    "node",
    "now",
    "opener",
    "prove_backup",
    "rescore_processes",
    "rescore_step",
    "rescorer",
    "rescores",
    "reviews",
    "revised",
    "rounds",
    "routing",
    "rulebook",
    "rulebook_bundle",
    "rulebook_in_force",
    "rulebooks",
    "scratch",
    "settings",
    "shelves",
    "source_desk",
    "source_folders",
    "source_profile",
    "stored_measures",
    "tasks",
    "texts",
    "timer",
    "tokenizer",
    "web_parts",
    "zone",
]
