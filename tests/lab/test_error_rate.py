"""Error rates: counted per utterance, pooled, unknown where nothing was said."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.lab.characters import counted
from qa_service.lab.error_rate import Counts, ErrorRate, error_rate, join, line_setting

TEXTS = st.text(alphabet="退款到账了吗三3，。 ", max_size=12)


def test_errors_lie_with_the_utterance_that_they_happened_in() -> None:
    rate = error_rate(["您好", "三天到账"], ["您嚎", "3天内到张吧"])

    assert rate.utterances == (Counts(1, 0, 0, 2), Counts(1, 0, 2, 4))
    assert rate.pooled == Counts(2, 0, 2, 6)
    assert rate.value == pytest.approx(4 / 6)


def test_borders_of_what_was_heard_do_not_matter() -> None:
    said = ["您好", "三天到账"]

    assert error_rate(said, ["您好三", "天到", "账"]).value == 0


def test_an_utterance_of_which_nothing_was_heard_is_lost() -> None:
    rate = error_rate(["您好", "再等等吧", "再见"], ["您好", "再见"])

    assert rate.lost == 1
    assert rate.pooled.deletions == 4


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        pytest.param([], [], id="silence heard as silence"),
        pytest.param([], ["您好"], id="words out of nothing"),
        pytest.param(["，。"], [], id="punctuation alone"),
    ],
)
def test_where_nothing_was_said_the_rate_is_unknown(said: list[str], heard: list[str]) -> None:
    rate = error_rate(said, heard)

    assert rate.value is None
    assert rate.interval is None


def test_words_out_of_nothing_still_count_once_pooled() -> None:
    rate = join([error_rate(["一二三四五六七八九十"], ["一二三四五六七八九十"]), error_rate([], ["您好"])])

    assert rate.pooled.insertions == 2


@given(TEXTS, TEXTS)
def test_the_rate_is_nought_only_for_the_same_words(said: str, heard: str) -> None:
    rate = error_rate([said], [heard])

    assert (rate.pooled.errors == 0) == (counted(said) == counted(heard))


@given(st.lists(TEXTS, min_size=1, max_size=5), st.lists(TEXTS, max_size=5))
def test_no_error_is_lost_between_utterances(said: list[str], heard: list[str]) -> None:
    apart = error_rate(said, heard)
    whole = error_rate(["".join(map(counted, said))], ["".join(map(counted, heard))])

    assert apart.pooled.errors >= 0
    assert sum(map(len, map(counted, said))) == apart.pooled.characters
    if all(map(str.isalpha, filter(None, map(counted, said)))):
        assert apart.pooled.characters == whole.pooled.characters


def test_the_same_errors_give_no_difference_and_more_give_one() -> None:
    plain = ErrorRate((Counts(1, 0, 0, 10),) * 20)
    worse = ErrorRate((Counts(2, 0, 0, 10),) * 20)

    same, more = plain.beyond(plain), worse.beyond(plain)

    assert same is not None
    assert (same.low, same.high) == (0, 0)
    assert more is not None
    assert more.low == pytest.approx(0.1)


@pytest.mark.parametrize("line", ["demo", "400-service", "上海 400", 'the "new" line', "a.b"])
def test_the_line_for_the_settings_is_toml_and_rounded_up(line: str) -> None:
    written = line_setting(ErrorRate((Counts(81, 0, 0, 1_000), Counts(0, 0, 0, 7))), line)

    assert tomllib.loads(written) == {"default_line": line, "line_cer": {line: 0.081}}
