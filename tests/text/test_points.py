"""Points that cannot be there are not looked for: never one that would have been found."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from qa_service.text.normalize import fold
from qa_service.text.pinyin import SoundScanner
from qa_service.text.points import Way, _alike, _characters

# Few characters, many of one sound, words that deny and ask: what is drawn is often alike.
_SAID = st.text("退推腿到道款宽费收手不没能您你几天什么时候吗，。", min_size=2, max_size=14)


@given(_SAID, _SAID)
def test_what_is_passed_over_is_not_there(written: str, said: str) -> None:
    way, folded = Way.of(written), fold(said)
    characters = _characters(folded.text)

    if not way.may_sound(characters):
        assert not SoundScanner((written,)).scan(folded)
    if not way.may_be_alike(characters):
        assert not list(_alike(way, folded))
