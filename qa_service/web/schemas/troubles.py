"""How the API says that something went wrong."""

from __future__ import annotations

from pydantic import Field

from qa_service.web.schemas.base import Said


class TroubleAt(Said):
    """One mistake among several in what was written."""

    error: str = Field(description="代码，不变。A stable code.", examples=["rulebook_label_unknown"])
    where: str = Field(description="在哪里。Where.", examples=["rules[3].when.tag"])
    detail: str = Field(description="给人看的句子，带位置。A sentence for people, with the place.")


class Trouble(Said):
    """Every error."""

    error: str = Field(description="代码，不变。A stable code.", examples=["not_found"])
    detail: str = Field(
        description="给人看的句子。A sentence for people.", examples=["没有这个地址，或您看不到它。"]
    )
    request_id: str = Field(
        description="也在日志和审计里。Stands in logs and audit too.", examples=["5f0c9d2e8b714f6e"]
    )
    places: list[TroubleAt] | None = Field(
        default=None,
        description="只在方案、路由表有错时：所有的错，一次说完；或点了名却没有的通话。至多 100 个。"
        "All mistakes of a rulebook or routing table, or all calls that are missing.",
    )
