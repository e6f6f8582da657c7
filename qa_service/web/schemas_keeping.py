"""What the API says and hears about how long calls are kept."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Self

from pydantic import Field, StrictBool, model_validator
from pydantic_core import PydanticCustomError

from qa_service.core.keeping import Chosen, Hold, Kept, Preview, RetentionClass
from qa_service.core.lists import Filter
from qa_service.core.stored import CallState
from qa_service.web.deps import in_utc
from qa_service.web.schemas import Because, Id, Moment, Name, Said, Written, shown

#: A hundred years.
_MOST_DAYS = 36_500
Days = Annotated[int | None, Field(ge=1, le=_MOST_DAYS)]
ClassName = Annotated[str, Field(min_length=1, max_length=50, pattern=r"^[\w.-]+$", examples=["标准"])]


class ClassToKeep(Said):
    """How long, in days from the moment a call was taken in; what is not written is kept for ever."""

    model_config = shown({"sound_days": 180, "text_days": 365, "rest_days": 1095})

    sound_days: Days = Field(default=None, examples=[180])
    text_days: Days = Field(default=None, examples=[365])
    rest_days: Days = Field(default=None, examples=[1095])
    keeps_figures: StrictBool = Field(default=False, description="到期后留下不带身份的数字。Figures stay.")


class ClassRow(ClassToKeep):
    """A retention class; nothing is deleted by one that is not in force."""

    name: str
    is_default: bool
    in_force_at: datetime | None

    @classmethod
    def of(cls, kept: RetentionClass) -> Self:
        """The row of a class."""
        return cls(**{name: getattr(kept, name) for name in cls.model_fields})


class ClassList(Said):
    """All classes, by name."""

    classes: list[ClassRow]


class DefaultClass(Said):
    """The class of calls that have none of their own; empty for none."""

    model_config = shown({"name": "标准"})

    name: Annotated[str, Field(max_length=50, pattern=r"^[\w.-]*$", examples=["标准"])]


class CallFilter(Said):
    """Calls as a list would show them; something must be written."""

    state: list[CallState] = Field(default=[], max_length=5)
    text: Name = ""
    agent_id: Name = ""
    line: Name = ""
    skill_group: Name = ""
    external_id: Name = ""
    since: Moment | None = None
    until: Moment | None = None
    started_since: Moment | None = None
    started_until: Moment | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not any(getattr(self, name) for name in type(self).model_fields):
            raise PydanticCustomError("one_condition", "write at least one condition")
        return self

    def filter(self) -> Filter:
        """The same for the store.

        Raises:
            Denied: `time_without_zone`.
        """
        return Filter(
            states=tuple(self.state),
            text=self.text,
            agent_id=self.agent_id,
            line=self.line,
            skill_group=self.skill_group,
            external_id=self.external_id,
            since=in_utc("since", self.since),
            until=in_utc("until", self.until),
            started_since=in_utc("started_since", self.started_since),
            started_until=in_utc("started_until", self.started_until),
        )


class SomeCalls(Said):
    """Calls by id, or all that a filter shows; one of the two."""

    call_ids: list[Id] = Field(default=[], max_length=1_000)
    filter: CallFilter | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if bool(self.call_ids) is (self.filter is not None):
            raise PydanticCustomError("ids_or_filter", "write call_ids or filter, one of them")
        return self

    def chosen(self) -> Chosen:
        """The same for the store."""
        return Chosen(tuple(self.call_ids), self.filter.filter() if self.filter else None)


class ClassToAssign(SomeCalls):
    """Which class some calls get; an empty name takes theirs away."""

    model_config = shown({"name": "标准", "filter": {"line": "400"}})

    name: Annotated[str, Field(max_length=50, pattern=r"^[\w.-]*$", examples=["标准"])]


class HowMany(Said):
    """How many calls it was done to."""

    calls: int


class PreviewRow(Said):
    """How many recordings, texts and rows a class would take, and how many calls are held."""

    name: str
    is_in_force: bool
    sound: int
    text: int
    rest: int
    held: int
    bytes: int = Field(description="录音一共多少字节。Of the recordings.")

    @classmethod
    def of(cls, made: Preview) -> PreviewRow:
        """The row of a preview."""
        return cls(**{name: getattr(made, name) for name in cls.model_fields})


class PreviewList(Said):
    """What would be deleted until a moment."""

    until: datetime
    classes: list[PreviewRow]


class KeptRow(Said):
    """What is left of a call and until when; null: for ever."""

    call_id: Id
    retention: str
    has_sound: bool
    has_text: bool
    sound_until: datetime | None
    text_until: datetime | None
    rest_until: datetime | None

    @classmethod
    def of(cls, kept: Kept) -> KeptRow:
        """The row of a call."""
        return cls(**{name: getattr(kept, name) for name in cls.model_fields})


class HoldToPlace(SomeCalls):
    """Calls whose deletion is to stop, and why."""

    model_config = shown({"because": "投诉处理中", "filter": {"external_id": "c-1"}})

    because: Because


class HoldPlaced(Said):
    """A hold; `too_late` calls were being deleted already."""

    id: Id
    calls: int
    too_late: int


class HoldRow(Said):
    """A legal hold."""

    id: Id
    because: Written
    placed_by: str
    placed_at: datetime
    calls: int
    is_centre_wide: bool = Field(
        description="不分组的人设的，分了组的不能解除。Not for those bound to teams."
    )
    lifted_at: datetime | None
    lifted_by: str
    lifted_because: Written

    @classmethod
    def of(cls, kept: Hold) -> HoldRow:
        """The row of a hold."""
        return cls(**{name: getattr(kept, name) for name in cls.model_fields})


class HoldList(Said):
    """Holds, newest first."""

    holds: list[HoldRow]


class Reason(Said):
    """Why."""

    model_config = shown({"because": "投诉已结"})

    because: Because
