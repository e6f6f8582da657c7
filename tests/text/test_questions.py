"""What is passed over quickly, because it can be no question, is none."""

from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st

from qa_service.text.context import Context, contexts, has_sense
from qa_service.text.normalize import fold
from qa_service.text.questions import _KINDS, _MAY_ASK


@given(st.from_regex(_KINDS))
def test_no_question_is_passed_over_by_the_quick_look(said: str) -> None:
    assume(_KINDS.search(said))

    assert _MAY_ASK.search(said)


_WORDS = st.sampled_from(
    [
        "保本",
        "我们",
        "不能",
        "承诺",
        "，",
        "。",
        "吗",
        "如果",
        "您刚才说的",
        "“",
        "”",
        "以合同为准",
        "一般",
        "三天",
    ]
)


@given(st.lists(_WORDS, min_size=1, max_size=8), st.sets(st.sampled_from(Context), min_size=1))
def test_to_look_for_some_senses_is_to_look_for_all_and_take_these(
    words: list[str], senses: set[Context]
) -> None:
    folded = fold("".join([*words, "保本"]))
    start = folded.text.rindex("保本")
    place = (start, start + 2)

    assert has_sense(folded, *place, senses) == bool(contexts(folded, *place) & senses)
