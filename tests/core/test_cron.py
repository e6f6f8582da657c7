"""Times that come again: the next one is later, fits, and nothing that fits lies between."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_service.core.cron import cron
from qa_service.core.errors import UsageError
from qa_service.core.sampling import Candidate, draw
from qa_service.core.weeks import week_before

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")


def local(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


@pytest.mark.parametrize(
    ("at", "now", "then"),
    [
        pytest.param("30 2 * * *", "2026-11-25 02:29", "2026-11-25 02:30", id="tonight"),
        pytest.param("30 2 * * *", "2026-11-25 02:30", "2026-11-26 02:30", id="not this very minute again"),
        pytest.param("*/15 * * * *", "2026-11-25 02:44:59", "2026-11-25 02:45", id="every quarter"),
        pytest.param("0 4 * * 1", "2026-11-25 00:00", "2026-11-30 04:00", id="on Monday"),
        pytest.param("0 4 * * 7", "2026-11-25 00:00", "2026-11-29 04:00", id="Sunday is seven"),
        pytest.param("0 4 * * 0", "2026-11-25 00:00", "2026-11-29 04:00", id="and zero"),
        pytest.param("0 0 1 * *", "2026-11-25 00:00", "2026-12-01 00:00", id="on the first"),
        pytest.param("0 0 31 * *", "2026-11-01 00:00", "2026-12-31 00:00", id="November has no 31st"),
        pytest.param("0 0 29 2 *", "2026-11-25 00:00", "2028-02-29 00:00", id="in a leap year"),
        pytest.param("0 0 1 * 5", "2026-11-25 00:00", "2026-11-27 00:00", id="either day will do"),
        pytest.param("0 9-17/4 * * 1-5", "2026-11-27 17:30", "2026-11-30 09:00", id="office hours"),
        pytest.param("5,50 0 * * *", "2026-11-25 00:10", "2026-11-25 00:50", id="one of a list"),
    ],
)
def test_next(at: str, now: str, then: str) -> None:
    assert cron(at).after(local(now), SHANGHAI) == local(then)


def test_what_summer_time_leaves_out_comes_once_after_the_gap() -> None:
    nightly = cron("30 2 * * *")

    first = nightly.after(local("2026-03-28 12:00", BERLIN), BERLIN)
    second = nightly.after(first, BERLIN)

    assert first.astimezone(BERLIN).isoformat() == "2026-03-29T03:30:00+02:00"
    assert second.astimezone(BERLIN).isoformat() == "2026-03-30T02:30:00+02:00"


def test_an_hour_that_comes_twice_counts_once() -> None:
    first = cron("30 2 * * *").after(local("2026-10-24 12:00", BERLIN), BERLIN)

    assert cron("30 2 * * *").after(first, BERLIN) - first == timedelta(hours=25)


@pytest.mark.parametrize(
    "at",
    [
        "", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *", "* * * * 8",
        "*/0 * * * *", "*/ * * * *", "5-1 * * * *", "a * * * *", "1, * * * *", "-1 * * * *", "* * 31 2 *", "* * 30 2 *",
        "* * 31 4,6 *", "٣ * * * *", "@daily", "1-2-3 * * * *",
    ],
)  # fmt: skip
def test_what_never_comes_or_means_nothing_is_refused(at: str) -> None:
    with pytest.raises(UsageError) as caught:
        cron(at)

    assert caught.value.code == "cron_invalid"


@settings(max_examples=50)
@given(
    minute=st.integers(0, 59),
    hour=st.integers(0, 23),
    now=st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)),
)
def test_a_daily_time_comes_within_a_day(minute: int, hour: int, now: datetime) -> None:
    moment = now.replace(tzinfo=UTC)

    then = cron(f"{minute} {hour} * * *").after(moment, SHANGHAI)

    assert timedelta(0) < then - moment <= timedelta(days=1)
    assert (then.astimezone(SHANGHAI).hour, then.astimezone(SHANGHAI).minute) == (hour, minute)


@pytest.mark.parametrize(
    ("now", "name", "since"),
    [
        pytest.param(
            "2026-11-30 04:00", "2026-W48", "2026-11-23 00:00", id="on Monday the week that just ended"
        ),
        pytest.param("2026-11-29 23:59", "2026-W47", "2026-11-16 00:00", id="on Sunday it is not over"),
        pytest.param("2027-01-05 00:00", "2026-W53", "2026-12-28 00:00", id="over the new year"),
    ],
)
def test_the_week_before(now: str, name: str, since: str) -> None:
    week = week_before(local(now), SHANGHAI)

    assert (week.name, week.since) == (name, local(since))
    assert week.until - week.since == timedelta(days=7)


CANDIDATES = st.sets(
    st.builds(
        Candidate, st.sampled_from(["8001", "8002", "8003"]), st.text("abcdef", min_size=1, max_size=4)
    ),
    max_size=30,
)


@given(candidates=CANDIDATES, seed=st.text(max_size=5), amount=st.integers(1, 5), more=CANDIDATES)
def test_a_draw_takes_so_many_of_each_and_the_same_again(
    candidates: set[Candidate], seed: str, amount: int, more: set[Candidate]
) -> None:
    drawn = draw(candidates, seed, amount)

    for agent in {one.agent_id for one in candidates}:
        of_agent = sum(one.agent_id == agent for one in candidates)
        assert sum(one.agent_id == agent for one in drawn) == min(amount, of_agent)
    assert set(drawn) <= candidates
    assert draw(sorted(candidates, reverse=True), seed, amount) == drawn
    others = {one for one in more if one.agent_id != "8001"}
    of_first = [one for one in draw(candidates | others, seed, amount) if one.agent_id == "8001"]
    assert of_first == [one for one in drawn if one.agent_id == "8001"]


def test_every_call_is_as_likely_as_another() -> None:
    calls = [Candidate("8001", f"call-{n}") for n in range(10)]

    taken = [draw(calls, f"seed-{n}", 1)[0].call_id for n in range(2_000)]

    # 200 each; six standard deviations are 80.
    assert all(120 < taken.count(call.call_id) < 280 for call in calls)
