"""Passwords and codes with letters in them: 密码是 a1b2c3, 大写A小写b12, Abc@1234."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qa_service.privacy.call import Call
from qa_service.privacy.cues import Cue
from qa_service.privacy.kinds import PersonalKind
from qa_service.privacy.runs import Found
from qa_service.privacy.sounds import Part
from qa_service.text.characters import MARKS

_SECRETS = {
    Cue.PASSWORD: PersonalKind.PASSWORD,
    Cue.CODE: PersonalKind.ONE_TIME_CODE,
    Cue.CHECK: PersonalKind.ONE_TIME_CODE,
}
_CASE = f"(?:都?是?[大小]写的?[{MARKS}]?)?"
_SYMBOLS = frozenset("@#$%^&*_+=!~.-")
#: Stands for a symbol inside a password.
_SYMBOL = "\ue103"
_CHAR = f"{_CASE}[a-z0-9{_SYMBOL}]"
# In one row, or spelled out one by one.
_SECRET = re.compile(
    f"(?:{_CHAR}){{3,40}}(?![a-z0-9])|{_CHAR}(?:[{MARKS}]{{1,2}}{_CHAR}){{2,39}}(?![a-z0-9])"
)
_PIECE = re.compile(f"[a-z0-9{_SYMBOL}]+")
_LEAD = re.compile(f"(?:[{MARKS}]|[是为叫呢嗯就改设成]|我的|您的|is(?![a-z]))*")
_REST = re.compile(f"(?:[{MARKS}]|吧|啊|对|的|谢谢)*")
#: 密码是admin: letters alone are a secret where it was said that this is it, and nothing goes on behind them.
_IS_IT = re.compile("[是为叫]|改成|设成")
#: Words for a code are none: 验证码cvv2.
_NAMES = frozenset(("cvv", "cvv2", "cvc", "cvc2", "cvn", "cvn2", "pin"))
_ENDS = re.compile(f"[{MARKS}]|$")
_LONGEST = 120
#: Shorter ones, abc and a1b, are secrets only where it was said that this is it.
_LEAST = 4
_SAID, _ASKED = 0.8, 0.7


def secret_words(call: Call) -> Iterator[Found]:
    """Those behind a word for them in the same utterance."""
    for hit in call.cues.of_numbers:
        if kind := _SECRETS.get(hit.cue):
            edge = call.text.edges(call.text.which(hit.start))[1]
            text = _readable(call, hit.end, edge)
            lead = _LEAD.match(text)
            start = lead.end() if lead else 0
            match = _SECRET.match(text, start)
            if match and _is_secret(match, is_told=bool(_IS_IT.search(text[:start]))):
                yield _found(kind, _SAID, hit.end, match)


def secret_answers(call: Call) -> Iterator[Found]:
    """Those that were asked for, where the answer is nothing else."""
    for which in range(len(call.utterances)):
        start, end = call.text.edges(which)
        text = _readable(call, start, end) if end - start <= _LONGEST else ""
        lead = _LEAD.match(text)
        match = _SECRET.match(text, lead.end() if lead else 0)
        if match is None or not _REST.fullmatch(text, match.end()) or not _is_secret(match, is_told=False):
            continue
        if kind := _SECRETS.get(call.asked_before(which) or Cue.NOTHING):
            yield _found(kind, _ASKED, start, match)


def _readable(call: Call, start: int, end: int) -> str:
    """Plain text in which symbols are no marks."""
    end = min(end, start + _LONGEST)
    pairs = zip(call.text.raw[start:end], call.text.plain[start:end], strict=True)
    return "".join(_SYMBOL if raw in _SYMBOLS else plain for raw, plain in pairs)


def _is_secret(match: re.Match[str], *, is_told: bool) -> bool:
    """Letters and digits; letters alone only where it was said that this is it. Digits alone are a number."""
    has_letters = any(char.isascii() and char.isalpha() for char in match[0])
    has_digits = any(map(str.isdecimal, match[0]))
    ends = _ENDS.match(match.string, match.end()) is not None
    told = is_told and ends
    if match[0] in _NAMES:
        return False
    return has_letters and (told or (has_digits and sum(map(str.isalnum, match[0])) >= _LEAST))


def _found(kind: PersonalKind, confidence: float, base: int, match: re.Match[str]) -> Found:
    pieces = _PIECE.finditer(match.string, match.start(), match.end())
    parts = (Part(base + piece.start(), base + piece.end(), "") for piece in pieces)
    return Found(kind, confidence, tuple(parts))
