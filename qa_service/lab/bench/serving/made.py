"""Made-up calls, many and fast: what lists and searches have to find their way through."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

SEED = 7
TEAMS, AGENTS, LINES = 20, 400, 5
#: One call in so many has what people look for.
RARE = 1_000
#: A centre of 12,000 calls a day.
_APART = timedelta(seconds=7)
_BEGUN = datetime(2026, 1, 1, tzinfo=UTC)

GREETING = "您好，很高兴为您服务，请问有什么可以帮您。"
RARE_WORDS = "这款产品保本，没有任何风险。"
COMMON = (
    "我想查一下上个月的账单。",
    "师傅说好上午来，到现在还没有到。",
    "这个月的话费怎么多了这么多。",
    "我要投诉，你们的态度太差了。",
    "您反映的问题我已经记录下来了。",
    "退款大概三到五个工作日到账。",
    "请您提供一下订单号和收货地址。",
    "我帮您转接到专门的技术人员。",
    "套餐变更从下个月一号开始生效。",
    "好的，感谢您的来电，祝您生活愉快。",
)


@dataclass(frozen=True, slots=True)
class MadeCall:
    """One call: what a list shows of it, and what was said."""

    number: int
    id: str
    created_at: datetime
    team: str
    line: str
    skill_group: str
    agent: str
    state: str
    score: float
    needs_human: int
    said: tuple[str, ...]


def made_calls(first: int, last: int) -> Iterator[MadeCall]:
    """The calls with numbers [first, last); the same ones every time, whatever came before."""
    for number in range(first, last):
        yield _call(number, random.Random(f"{SEED}:{number}"))  # noqa: S311 - material, not secrets


def _call(number: int, dice: random.Random) -> MadeCall:
    agent = dice.randrange(AGENTS)
    is_rare = number % RARE == RARE // 2
    said = (GREETING, *dice.sample(COMMON, 2), *([RARE_WORDS] if is_rare else []))
    return MadeCall(
        number=number,
        id=call_id(number),
        created_at=_BEGUN + number * _APART,
        team=f"team-{agent % TEAMS}",
        line=f"line-{dice.randrange(LINES)}" if not is_rare else "line-rare",
        skill_group="skill-rare" if is_rare else f"skill-{dice.randrange(8)}",
        agent=f"a{agent:04}",
        state="failed" if dice.random() < 0.005 else "judged",
        score=round(dice.triangular(30, 100, 88), 1),
        needs_human=int(dice.random() < 0.05),
        said=said,
    )


def call_id(number: int, kind: str = "call") -> str:
    """An id as the store writes them, from the number alone."""
    digest = hashlib.sha256(f"{kind}:{number}".encode()).hexdigest()
    return "-".join((digest[:8], digest[8:12], digest[12:16], digest[16:20], digest[20:32]))


def newest(calls: int) -> datetime:
    """When the last of so many calls came in."""
    return _BEGUN + (calls - 1) * _APART


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that so large a share of all does not exceed.

    >>> percentile([1, 2, 3, 4], 0.5), percentile([5], 0.99)
    (2, 5)
    """
    ordered = sorted(values)
    return ordered[max(0, -(-int(share * 1_000_000) * len(ordered) // 1_000_000) - 1)]
