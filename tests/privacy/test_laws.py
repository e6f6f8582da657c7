"""What holds for every call, personal data or not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from qa_service.core.speech import Utterance
from qa_service.core.time import Span
from qa_service.privacy.card_codes import without_codes
from qa_service.privacy.find import find
from qa_service.privacy.kinds import COVER, PersonalKind
from qa_service.privacy.masking import NEVER_KEPT, PERSONAL, STRICT, Policy, mask, mask_call
from qa_service.privacy.sounds import ALIKE

_PIECES = st.sampled_from(
    (
        *(
            "我的手机号是",
            "卡号",
            "身份证",
            "订单号",
            "验证码",
            "尾号",
            "后四位是",
            "密码",
            "座机",
            "微信号",
            "护照",
            "有效期",
            "校验码",
            "安全码是",
            "cvv2",
            "password ",
        ),
        *(
            "138",
            "0013",
            "8000",
            "13800138000",
            "一三八",
            "零零幺三",
            "八零零零",
            "双八",
            "三个六",
            "11010519491231002X",
        ),
        *(
            "6222021234567890128",
            "4111111111111111",
            "010-88886666",
            "95588",
            "400-812-3123",
            "20260712345678",
        ),
        *("一百三十八块", "三点五", "2026年5月1号", "10:30", "一下", "周一", "十二", "X", "叉"),
        *(
            "嗯",
            "，",
            "那个",
            "不对",
            "是",
            "要",
            "吧",
            "酒",
            "起",
            "一",
            "二",
            "7",
            " ",
            "-",
            "。",
            "好的",
            "您说",
            "然后",
        ),
        *(
            "我叫王小明",
            "王先生",
            "住在建设路88号",
            "3栋201室",
            "zhang@163.com",
            "京A12345",
            "E12345678",
            "●",
            "●●●●",
        ),
        *(
            "三八",
            "80",
            "6222",
            "0212",
            "3456",
            "1101",
            "0519",
            "4912",
            "3100",
            "2X",
            "335",
            "12/28",
            "一百三十九 一千二百三十四 五千六百七十八",
            "么三九么二三四五六七八，",
            "one three ",
            "double eight oh zero ",
            "a1b2c3",
            "Abc@12",
            "大写a小写b一二",
            "㈠㈢❽",
            "\ue100",
            "\ue102",
            "\uffff",
        ),
    )
)
_TEXTS = st.lists(_PIECES, min_size=1, max_size=7).map("".join) | st.text(max_size=12)
Lines = list[tuple[str, str, int]]
_LINES = st.lists(st.tuples(st.sampled_from(("s0", "s1")), _TEXTS, st.integers(0, 30_000)), max_size=6)
_POLICIES = st.sampled_from(
    (
        STRICT,
        Policy(frozenset(PersonalKind)),
        Policy(last_four=frozenset({PersonalKind.MOBILE, PersonalKind.BANK_CARD, PersonalKind.ID_CARD})),
    )
)


def call(lines: Sequence[tuple[str, str, int]], since_ms: int = 0, prefix: str = "") -> tuple[Utterance, ...]:
    made, at_ms = [], since_ms
    for which, (speaker, text, pause_ms) in enumerate(lines):
        at_ms += pause_ms
        made.append(Utterance(f"{prefix}{which}", Span(at_ms, at_ms + 1_000), speaker, text))
        at_ms += 1_000
    return tuple(made)


def _uncovered(lines: Sequence[tuple[str, str, int]]) -> list[tuple[str, str, int]]:
    """Lines that nobody has masked before: digits behind a cover are the tail that it left on purpose."""
    return [(speaker, text.replace(COVER, ""), pause_ms) for speaker, text, pause_ms in lines]


def covered(said: Sequence[Utterance], policy: Policy = STRICT) -> set[tuple[str, int]]:
    places = ((span.utterance, policy.covers(span)) for span in find(said))
    return {(name, at) for name, (start, end) in places for at in range(start, end)}


@given(_LINES)
def test_spans_stand_in_order_inside_their_utterances_and_never_overlap(lines: Lines) -> None:
    said = call(lines)
    order = {utterance.id: which for which, utterance in enumerate(said)}
    done = (-1, 0)
    for span in find(said):
        which = order[span.utterance]
        assert (which, span.start) >= done
        assert span.start < span.end <= len(said[which].text)
        assert span.start <= span.tail <= span.end
        assert 0.6 <= span.confidence <= 1
        done = (which, span.end)


@given(_LINES, _POLICIES)
def test_a_masked_text_is_as_long_as_the_original_and_differs_only_in_covers(
    lines: Lines, policy: Policy
) -> None:
    said = call(lines)
    for before, after in zip(said, mask_call(said, find(said), policy), strict=True):
        assert len(after.text) == len(before.text)
        assert all(new in (old, COVER) for old, new in zip(before.text, after.text, strict=True))
        assert replace(after, text=before.text) == before


_FIGURE = "[0-9a-zA-Z零〇幺么一二三四五六七八九十两双百]"
_GLUED = re.compile(f"{COVER}[ -]?{_FIGURE}|{_FIGURE}[ -]?{COVER}")


@given(_LINES, _POLICIES)
@settings(max_examples=300)
def test_masking_what_is_masked_changes_nothing(lines: Lines, policy: Policy) -> None:
    """But where figures are glued to what is covered (京A12345|1383栋): without it they may be something."""
    said = call(lines)
    once = mask_call(said, find(said), policy)
    assume(not any(_GLUED.search(heard.text) for heard in once))
    assert [heard.text for heard in mask_call(once, find(once), policy)] == [heard.text for heard in once]


@given(_LINES.map(_uncovered), _LINES.map(_uncovered), st.integers(0, 40_000))
@settings(max_examples=300)
def test_more_utterances_never_uncover_a_character(first: Lines, second: Lines, pause_ms: int) -> None:
    ours = call(first, prefix="a")
    since_ms = (ours[-1].span.end_ms if ours else 0) + pause_ms
    theirs = call(second, since_ms, prefix="b")
    assert covered(ours) | covered(theirs) <= covered((*ours, *theirs))


@given(_LINES.map(_uncovered))
@settings(max_examples=300)
def test_what_is_kept_without_codes_is_masked_no_less(lines: Lines) -> None:
    said = call(lines)
    kept = without_codes(said)
    shown = mask_call(kept, find(kept), STRICT)
    for masked, whole in zip(shown, mask_call(said, find(said), STRICT), strict=True):
        pairs = zip(masked.text, whole.text, strict=True)
        assert all(ours == COVER for ours, theirs in pairs if theirs == COVER)
    codes = mask_call(said, find(said), NEVER_KEPT)
    assert all(
        ours.text.count(COVER) >= code.text.count(COVER) for ours, code in zip(kept, codes, strict=True)
    )


_NUMBERS_ONLY = PERSONAL - {
    PersonalKind.NAME,
    PersonalKind.ADDRESS,
    PersonalKind.EMAIL,
    PersonalKind.WECHAT,
    PersonalKind.PLATE,
    PersonalKind.DOCUMENT,
}
_SAYS_A_NUMBER = frozenset("零〇一二三四五六七八九幺么两十百千双个叉年月份的斜杠线艾埃爱克斯") | frozenset(
    ALIKE
)


@given(_LINES)
def test_a_covered_number_covers_nothing_but_digits_what_sounds_like_them_and_marks(lines: Lines) -> None:
    texts = {heard.id: heard.text for heard in call(lines)}
    for span in find(call(lines)):
        if span.kind in _NUMBERS_ONLY:
            inside = texts[span.utterance][span.start : span.end]
            assert all(char in _SAYS_A_NUMBER or not char.isalpha() or char.isascii() for char in inside), (
                inside
            )


@given(_LINES, st.data())
def test_a_quote_is_masked_as_its_utterance_is(lines: Lines, data: st.DataObject) -> None:
    said = [heard for heard in call(lines) if heard.text]
    found = find(said)
    for heard, masked in zip(said, mask_call(said, found), strict=True):
        start = data.draw(st.integers(0, len(heard.text) - 1))
        end = data.draw(st.integers(start + 1, len(heard.text)))
        ours = [span for span in found if span.utterance == heard.id]
        assert mask(heard.text[start:end], ours, start=start).text == masked.text[start:end]


@pytest.mark.parametrize("made", [(), (("s0", "", 0),), (("s0", "您好", 0), ("s1", "嗯", 0))])
def test_where_nothing_is_personal_nothing_is_found(made: Sequence[tuple[str, str, int]]) -> None:
    assert find(call(made)) == ()
