"""From a recording to its assessment: readers, models, the analyst."""

from __future__ import annotations

import os
from functools import lru_cache
from typing import TYPE_CHECKING

from qa_service.bootstrap.base import customer_tokens, settings, texts, tokenizer
from qa_service.core.errors import UsageError
from qa_service.core.time import Span
from qa_service.ports import HearingProfile, Progress, SourceProfile, silent_progress

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from qa_service.assets.store import ModelStore
    from qa_service.core.reviews import Verdict
    from qa_service.exports.report import Clip
    from qa_service.ports import AudioReader, Embedder, Recording
    from qa_service.ports.storing import MachineWork, MeaningShelf
    from qa_service.rulebook.book import Rulebook
    from qa_service.usecases.analyze import Analyst, Analyzed
    from qa_service.usecases.embed import Interpreter
    from qa_service.usecases.measure import Ears

#: Whole numbers are what a processor is quick with, half floats what a card is made for.
_COMPUTE_TYPES = {"cpu": "int8", "cuda": "float16"}


def model_store() -> ModelStore:
    """Where model files are found, fetched and verified."""
    from qa_service.assets.store import ModelStore

    chosen = settings()
    return ModelStore(chosen.models, offline=chosen.offline, hub_url=chosen.hub_url)


def audio_reader(scratch: Path | None = None) -> AudioReader:
    """Files of strangers in, samples out; decoded sound lies in `scratch`, or in the system's temporary folder."""
    from qa_service.audio.reader import PyAvReader

    return PyAvReader(scratch=scratch)


def source_profile(name: str) -> SourceProfile:
    """The profile of a source with this installation's limits."""
    from dataclasses import replace

    from qa_service.audio.profiles import load_profiles

    profiles = load_profiles(settings().profiles_file)
    if name and name not in profiles:
        raise UsageError(
            "no_such_profile",
            problem=f"there is no source profile {name!r}",
            fix=f"Known: {', '.join(sorted(profiles))}",
            name=name,
            known=", ".join(sorted(profiles)),
        )
    profile = profiles[name] if name else SourceProfile()
    return replace(
        profile,
        max_bytes=settings().max_megabytes << 20,
        max_ms=round(settings().max_hours * 3_600_000),
    )


def hearing_profile(effort: str = "") -> HearingProfile:
    """How this installation listens."""
    chosen = settings()
    return HearingProfile(
        effort=effort or chosen.effort,
        language="zh",
        script="zh_TW" if chosen.lang == "zh_TW" else "zh_CN",
        vocabulary=chosen.vocabulary,
    )


def ears(model: str = "", progress: Progress = silent_progress) -> Ears:
    """Everything that hears: voice detector, recogniser, speaker encoder, tokens. Loads models."""
    from qa_service.asr.vad import SileroVad
    from qa_service.asr.whisper import WhisperRecogniser
    from qa_service.inference.speakers import Ge2eEncoder
    from qa_service.usecases.measure import Ears

    chosen = settings()
    store = model_store()
    files = store.find(model or chosen.model, progress=progress)
    return Ears(
        voice=SileroVad(),
        recogniser=WhisperRecogniser(
            files,
            threads=chosen.threads or os.cpu_count() or 1,
            device=chosen.device,
            compute_type=_COMPUTE_TYPES[chosen.device],
        ),
        speakers=lambda: Ge2eEncoder(store.find("ge2e-speaker").folder / "ge2e-speaker.onnx"),
        tokens=tokenizer().tokens,
    )


def interpreter(shelf: MeaningShelf | None = None) -> Interpreter:
    """Says what calls and rulebooks mean, where this installation has switched an encoder on.

    Its files are looked for with the first sentence; with a shelf, what rulebooks mean is kept there.

    Raises:
        ModelError: `model_unknown`.
        UsageError: `no_embedder`, a model that is for something else.
    """
    from qa_service.usecases.embed import Interpreter

    chosen = settings()
    if not chosen.meaning_model:
        return Interpreter(shelf=shelf)
    _check_embedder(chosen.meaning_model)
    where = (chosen.models, chosen.offline, chosen.hub_url)
    return Interpreter(lambda: _encoder(chosen.meaning_model, *where), shelf)


def _check_embedder(name: str) -> None:
    """A slip in the settings stops the process that has them, not every call that it works on."""
    from qa_service.assets.spec import Kind

    manifest = model_store().manifest
    if manifest.get(name).kind is Kind.EMBEDDER:
        return
    known = ", ".join(spec.name for spec in manifest.models if spec.kind is Kind.EMBEDDER)
    raise UsageError(
        "no_embedder",
        where="QA_MEANING_MODEL",
        problem=f"{name} is not an encoder of sentences",
        fix=f"Use one of: {known}",
        name=name,
        known=known,
    )


@lru_cache(1)
def _encoder(name: str, models: Path, offline: bool, hub_url: str) -> Embedder:
    """One for the process.

    Raises:
        ModelError: `model_unavailable`, `model_damaged` …
    """
    from qa_service.assets.store import ModelStore
    from qa_service.inference.sentences import UseEncoder

    return UseEncoder(ModelStore(models, offline=offline, hub_url=hub_url).find(name))


def analyst(
    book: Rulebook,
    ears_: Ears | None = None,
    scratch_: Path | None = None,
    interpreter_: Interpreter | None = None,
) -> Analyst:
    """The use case of `qa-service analyze`."""
    from qa_service.usecases.analyze import Analyst, LinePolicy

    chosen = settings()
    policy = LinePolicy(cer=chosen.line_cer, default_line=chosen.default_line, max_cer=chosen.max_cer)
    return Analyst(
        reader=audio_reader(scratch_),
        ears=ears_,
        rulebook=book,
        policy=policy,
        tokens=lambda text: tokenizer().tokens(text),
        customers=customer_tokens(),
        interpreter=interpreter_ or interpreter(),
    )


def clip(recording: Recording | None) -> Clip | None:
    """The sound of a call, small enough to lie inside a report."""
    if recording is None:
        return None
    from qa_service.audio.clip import media_type, playable
    from qa_service.exports.report import Clip

    try:
        return Clip(media_type(), playable(recording))
    except UsageError as error:
        if error.code != "clip_too_long":
            raise
        # The report plays what fits and says until when.
        ends_ms = int(str(error.values["limit_seconds"])) * 1_000
        return Clip(media_type(), playable(recording, span=Span(0, ends_ms)), ends_ms)


def revised(work: MachineWork, said: Mapping[str, Verdict]) -> Mapping[str, object]:
    """The document of a machine's evaluation with people's verdicts, in the language of this installation."""
    from qa_service.exports.revised import revised_document

    return revised_document(work, said, texts())


def document(analyzed: Analyzed) -> Mapping[str, object]:
    """The published document of an assessment, in the language of this installation."""
    from qa_service.exports.document import wire_assessment

    return wire_assessment(analyzed, texts())
