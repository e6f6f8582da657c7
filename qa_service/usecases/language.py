"""Whether speech is Mandarin, the one language that is judged; of sound and of transcripts."""

from __future__ import annotations

from qa_service.text.language import foreign_language

#: Languages that the recogniser may report for Mandarin speech.
_MANDARIN = frozenset({"", "zh"})
#: Another language is believed from here on: Whisper base is often unsure on short or noisy stretches.
_SURE = 0.6


def is_foreign(text: str, heard_as: str = "", confidence: float = 0.0) -> bool:
    """Whether the recogniser heard another language, 0–1 sure, or the words are plainly of one.

    >>> is_foreign("好的", "yue", 0.9), is_foreign("好的", "yue", 0.5), is_foreign("唔該晒")
    (True, False, True)
    """
    return (heard_as not in _MANDARIN and confidence >= _SURE) or bool(foreign_language(text))
