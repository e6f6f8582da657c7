"""Rulebooks: drafts, trials, approval, versions that never change."""

from __future__ import annotations

import json
from typing import Annotated

from fastapi import APIRouter, Path, Request

from qa_service.core.people import Right
from qa_service.rulebook.answer_files import given_tables
from qa_service.usecases.publish_draft import Despite
from qa_service.usecases.why.telling import Telling
from qa_service.web.answers import NOTHING, SIGNED_IN, answers
from qa_service.web.denials import Denied, done, not_found, there
from qa_service.web.deps import AskedBy, Here, check_right, wants
from qa_service.web.draft_rows import ApprovedBook, Digest, DraftRow, Source, Warned, WrittenRow
from qa_service.web.rulebook_rows import (
    Retired,
    RuleRow,
    ShelfList,
    ShelfRow,
    VersionList,
    VersionRow,
    VersionShown,
)
from qa_service.web.trial_rows import ToTry, TriedAnswer

router = APIRouter(prefix="/rulebooks", tags=["rulebooks"], responses=answers(*SIGNED_IN))
_READ = wants(Right.SEE_RULEBOOKS)
_WRITE = wants(Right.WRITE_RULEBOOKS)
_PUBLISH = wants(Right.PUBLISH_RULEBOOKS, of_centre=True)

BookName = Annotated[
    str, Path(pattern=r"^[a-z][a-z0-9-]{0,59}$", description="方案名称。", examples=["broadband-zh"])
]


@router.get("", summary="质检方案 List rulebooks", dependencies=[_READ])
def page(here: Here, by: AskedBy) -> ShelfList:
    """The shipped packs and the centre's own."""
    return ShelfList(
        rulebooks=[ShelfRow.of(shelf, here.accounts.names) for shelf in here.rulebooks.shelves_of(by)]
    )


@router.get("/{name}", summary="各个版本 Versions", dependencies=[_READ], responses=answers(404, 422))
def versions(here: Here, by: AskedBy, name: BookName) -> VersionList:
    """All versions of a rulebook, newest first."""
    found = here.rulebooks.versions(by, name)
    if not found:
        raise not_found()
    return VersionList(versions=[VersionRow.of(kept, here.accounts.names) for kept in found])


@router.get(
    "/{name}/versions/{digest}",
    summary="一个版本 One version",
    dependencies=[_READ],
    responses=answers(404, 422),
)
def version(request: Request, here: Here, by: AskedBy, name: BookName, digest: Digest) -> VersionShown:
    """A version with its texts and its resolved rules, also one that judged long ago."""
    kept, bundle = there(here.rulebooks.version(by, name, digest))
    return VersionShown(
        version=VersionRow.of(kept, here.accounts.names),
        texts=dict(bundle.texts),
        rules=[RuleRow.of(rule, bundle.book) for rule in bundle.book.rules],
        disabled=dict(bundle.book.disabled),
        warnings=Warned.all_of(bundle.warnings, request.app.state.texts),
    )


@router.get("/{name}/draft", summary="草稿 The draft", dependencies=[_READ], responses=answers(404, 422))
def draft(here: Here, by: AskedBy, name: BookName) -> DraftRow:
    """What somebody wrote and nobody approved yet."""
    return DraftRow.of(there(here.rulebooks.draft(by, name)), here.accounts.names)


@router.put(
    "/{name}/draft", summary="写草稿 Write a draft", dependencies=[_WRITE], responses=answers(413, 422)
)
def write(request: Request, here: Here, by: AskedBy, name: BookName, given: Source) -> WrittenRow:
    """Keeps a draft in place of the one before. All mistakes are told at once, in `places`; `warnings` are none."""
    kept = here.rulebooks.write(by, name, given.source, given_tables(given.tables))
    bundle = here.rulebooks.read(by, name)
    warnings = bundle.warnings if bundle else ()
    return WrittenRow.told(kept, here.accounts.names, warnings, request.app.state.texts)


@router.delete(
    "/{name}/draft",
    summary="丢弃草稿 Drop the draft",
    **NOTHING,
    dependencies=[_WRITE],
    responses=answers(404, 422),
)
def drop(here: Here, by: AskedBy, name: BookName) -> None:
    """Throws the draft away."""
    done(here.rulebooks.drop(by, name))


@router.post(
    "/{name}/draft/test",
    summary="试草稿 Try the draft",
    dependencies=[_WRITE],
    responses=answers(404, 413, 422),
)
def try_out(request: Request, here: Here, by: AskedBy, name: BookName, given: ToTry) -> TriedAnswer:
    """Runs the draft's examples, and judges a transcript and stored calls with it. Nothing is kept."""
    if given.calls:
        check_right(by, Right.SEE_CALLS)
    transcript = json.dumps(given.transcript, ensure_ascii=False) if given.transcript is not None else ""
    tried = there(here.trial.run(by, name, transcript, given.calls))
    return TriedAnswer.of(tried, Telling.of(tried.rulebook, request.app.state.texts))


@router.post(
    "/{name}/draft/publish",
    summary="发布 Publish",
    status_code=201,
    dependencies=[_PUBLISH],
    responses=answers(409, 422),
)
def publish(here: Here, by: AskedBy, name: BookName, given: ApprovedBook) -> VersionRow:
    """Puts the draft in force, as it was read; who wrote on it may not, unless the installation allows it.

    Its own examples are tried first: where some fail, `despite_examples` has to say why it goes in force all the same.
    A rule that is to reach further (observe, coach, score) needs people who found it right, or `despite_verdicts`.
    """
    despite = Despite(given.despite_examples, given.despite_verdicts)
    kept = here.publisher.publish(by, name, given.digest, given.note, despite)
    return VersionRow.of(kept, here.accounts.names)


@router.post(
    "/{name}/versions/{digest}/retire",
    summary="停用 Retire",
    **NOTHING,
    dependencies=[_PUBLISH],
    responses=answers(404, 409, 422),
)
def retire(here: Here, by: AskedBy, name: BookName, digest: Digest, given: Retired) -> None:
    """Takes a version out of use; what it judged stays explainable."""
    found = {kept.digest: kept for kept in here.rulebooks.versions(by, name)}
    if digest not in found:
        raise not_found()
    if not here.rulebooks.retire(by, name, digest, given.note):
        raise Denied("nothing_to_do", problem="is not a published version in use", fix="Look at the list")
