"""Settings → adapters → use cases. The only package that names concrete parts together.

Heavy modules are imported where they are needed: `qa-service --help` loads no model and no codec.
"""

from qa_service.bootstrap.base import customer_tokens, now, rulebook, settings, texts, tokenizer
from qa_service.bootstrap.hearing import (
    analyst,
    audio_reader,
    clip,
    document,
    ears,
    hearing_profile,
    model_store,
    source_profile,
)
from qa_service.bootstrap.serving import caretaker, courier, export, fetcher, guard, node, web_parts
from qa_service.bootstrap.storing import database_url, job_queue, scratch, shelves

__all__ = [
    "analyst",
    "audio_reader",
    "caretaker",
    "clip",
    "courier",
    "customer_tokens",
    "database_url",
    "document",
    "ears",
    "export",
    "fetcher",
    "guard",
    "hearing_profile",
    "job_queue",
    "model_store",
    "node",
    "now",
    "rulebook",
    "scratch",
    "settings",
    "shelves",
    "source_profile",
    "texts",
    "tokenizer",
    "web_parts",
]
