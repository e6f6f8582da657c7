"""How long calls are kept: classes, what they would delete, holds, and deletion at a person's request."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query

from qa_service.core.keeping import RetentionClass
from qa_service.core.people import Asked, Right
from qa_service.web.answers import NOTHING, SIGNED_IN, answers
from qa_service.web.denials import done, there
from qa_service.web.deps import AskedBy, Here, check_right, in_utc, wants
from qa_service.web.schemas import Because, Id, Moment
from qa_service.web.schemas_keeping import (
    ClassList,
    ClassName,
    ClassRow,
    ClassToAssign,
    ClassToKeep,
    DefaultClass,
    HoldList,
    HoldPlaced,
    HoldRow,
    HoldToPlace,
    HowMany,
    KeptRow,
    PreviewList,
    PreviewRow,
    Reason,
    SomeCalls,
)

router = APIRouter(tags=["retention"], responses=answers(*SIGNED_IN))
_MANAGE, _HOLDS = wants(Right.MANAGE_RETENTION), wants(Right.MANAGE_HOLDS)
#: Classes are everybody's; which of one's own calls have them, and which go, is not.
_CLASSES = wants(Right.MANAGE_RETENTION, of_centre=True)


@router.get("/retention/classes", summary="保留类别 Retention classes", dependencies=[_MANAGE])
def classes(here: Here, by: AskedBy) -> ClassList:
    """All retention classes. Without one in force nothing is ever deleted."""
    return ClassList(classes=[ClassRow.of(kept) for kept in here.keeping.classes(by)])


@router.put(
    "/retention/classes/{name}",
    summary="写类别 Keep a class",
    dependencies=[_CLASSES],
    responses=answers(422),
)
def keep_class(here: Here, by: AskedBy, name: ClassName, given: ClassToKeep) -> ClassRow:
    """Makes or changes a class (docs/retention.md). It takes effect once it is put in force."""
    wanted = RetentionClass(name, given.sound_days, given.text_days, given.rest_days, given.keeps_figures)
    return ClassRow.of(here.keeping.keep_class(by, wanted))


@router.post(
    "/retention/classes/{name}/{switch}",
    summary="生效、停用 Put in force",
    **NOTHING,
    dependencies=[_CLASSES],
    responses=answers(404, 422),
)
def switch_class(here: Here, by: AskedBy, name: ClassName, switch: Literal["enforce", "suspend"]) -> None:
    """From now on what is due by this class is deleted every night, or no longer."""
    done(here.keeping.switch_class(by, name, on=switch == "enforce"))


@router.put(
    "/retention/default",
    summary="默认类别 The default class",
    **NOTHING,
    dependencies=[_CLASSES],
    responses=answers(422),
)
def set_default(here: Here, by: AskedBy, given: DefaultClass) -> None:
    """The class of calls that have none of their own."""
    here.keeping.set_default(by, given.name)


@router.get(
    "/retention/preview", summary="预览 What would go", dependencies=[_CLASSES], responses=answers(422)
)
def preview(
    here: Here,
    by: AskedBy,
    until: Annotated[Moment, Query(description="到哪一刻为止。Until when.")],
    name: Annotated[
        str,
        Query(max_length=50, pattern=r"^[\w.-]*$", description="也看这个还没有生效的类别。This class too."),
    ] = "",
    as_default: Annotated[bool, Query(description="当它是默认类别。As if it were the default.")] = False,
) -> PreviewList:
    """What would be deleted until a moment: by the classes in force, and by the one that is named."""
    moment = in_utc("until", until) or until
    made = here.keeping.preview(by, moment, name=name, as_default=as_default)
    return PreviewList(until=moment, classes=[PreviewRow.of(one) for one in made])


@router.post(
    "/retention/assign",
    summary="给通话定类别 Assign a class",
    dependencies=[_MANAGE],
    responses=answers(404, 422),
)
def assign(here: Here, by: AskedBy, given: ClassToAssign) -> HowMany:
    """Gives calls a class of their own."""
    _check_filter(by, given)
    return HowMany(calls=here.keeping.assign(by, given.name, given.chosen()))


@router.delete(
    "/calls/{call_id}",
    summary="删除一通 Delete a call",
    **NOTHING,
    dependencies=[_MANAGE],
    responses=answers(404, 409, 422),
)
def delete(here: Here, by: AskedBy, call_id: Id, because: Annotated[Because, Query()]) -> None:
    """Deletes all of one call at a person's request; a legal hold stops it. The audit log keeps that it was done."""
    done(here.keeping.delete(by, call_id, because))


@router.get(
    "/calls/{call_id}/retention",
    summary="保留到何时 Until when it is kept",
    dependencies=[wants(Right.SEE_CALLS)],
    responses=answers(404, 422),
)
def kept(here: Here, by: AskedBy, call_id: Id) -> KeptRow:
    """What is left of a call, by which class, and until when."""
    return KeptRow.of(there(here.keeping.kept(by, call_id)))


@router.get("/holds", summary="法律保留 Legal holds", dependencies=[_HOLDS])
def holds(here: Here, by: AskedBy) -> HoldList:
    """Holds on calls that one sees, newest first."""
    return HoldList(holds=[HoldRow.of(one) for one in here.keeping.holds(by)])


@router.post(
    "/holds",
    summary="加法律保留 Place a hold",
    status_code=201,
    dependencies=[_HOLDS],
    responses=answers(404, 422),
)
def hold(here: Here, by: AskedBy, given: HoldToPlace) -> HoldPlaced:
    """Stops the deletion of the calls that are there now, until the hold is lifted."""
    _check_filter(by, given)
    held = here.keeping.hold(by, given.because, given.chosen())
    return HoldPlaced(id=held.hold_id, calls=held.calls, too_late=held.too_late)


@router.post(
    "/holds/{hold_id}/lift",
    summary="解除 Lift a hold",
    **NOTHING,
    dependencies=[_HOLDS],
    responses=answers(404, 422),
)
def lift(here: Here, by: AskedBy, hold_id: Id, given: Reason) -> None:
    """What is due of its calls goes with the next night, where no other hold stands on them."""
    done(here.keeping.lift(by, hold_id, given.because))


def _check_filter(by: Asked, given: SomeCalls) -> None:
    """Who sees no calls learns nothing about their words by counting.

    Raises:
        Denied: `not_allowed`.
    """
    if given.filter and given.filter.text:
        check_right(by, Right.SEE_CALLS)
