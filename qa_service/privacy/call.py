"""One call as the finders see it: plain text, cues, lines with digits, and what was asked before."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter

from qa_service.core.speech import Utterance
from qa_service.privacy.cues import Cue, CueHit, Cues, cues_of
from qa_service.privacy.fillers import others
from qa_service.privacy.groups import Group, Line
from qa_service.privacy.kinds import COVER, HIDDEN
from qa_service.privacy.plain import LETTERS_AND_DIGITS, CallText, call_text
from qa_service.privacy.reading import read
from qa_service.privacy.runs import Found
from qa_service.text.characters import MARKS

#: A question reaches over so many utterances, so much time, and so many utterances that say something else.
_MOST_BACK = 14
_LONGEST_MS = 45_000
_MOST_BETWEEN = 2
#: Back-channels are short.
_LONGEST_BACKCHANNEL = 14
_SHORT = 8
_BACKCHANNEL = re.compile(
    f"(?:[{MARKS}{COVER}{HIDDEN}]|嗯|啊|哦|噢|唔|额|哎|诶|好的?|对的?|是的?|行|[您你我]|可以|明白|收到|知道了?|了|您说|你说|您讲|请说|请讲|继续|然后呢?|后面呢?|还有呢?|接着"
    "|再往后|往下|ok|慢[1]?点|您慢点|我?记[1]?下|稍等|等[1]?下|没问题|呢|吗|吧|这样|您请|请继续|下[1]?段|我在听|听着呢?|没错|正确|好嘞|得嘞|嗯哼)*+"
)
#: A cue announces what begins at most this many characters behind it, or ends so many before it.
_REACH, _REACH_BACK = 12, 8
_IS_MINE = re.compile(f"(?:[{MARKS}]|这|就|是|我|您|你|他|她|的|个)*")
_IS_THIS = re.compile(f"[{MARKS}]*(?:这?个?就?是|这个|这张|这笔)")
#: Between 订单号 or 客服热线 and a number that it names: marks, 是, 请您记一下.
_AT_ONCE = re.compile(
    f"(?:[{MARKS}]|就|是|为|叫|号码?|码|呢|啊|哈|嗯|的|这个|那个|尾?数|如下|[请您你我给]|(?:记|报|说|念|查|看)[1]?下"
    "|记好|听好|可以|直接|拨|打)*"
)
#: 订单号 names a number, 订单 a thing.
_ENDS_OF_NUMBER_WORDS = ("号", "码", "sn")
_USED_UP = re.compile(f"[0-9{COVER}{HIDDEN}]")


@dataclass(frozen=True, slots=True)
class Call:
    """What was said, and where something in it may be personal."""

    utterances: tuple[Utterance, ...]
    text: CallText
    cues: Cues
    lines: tuple[Line, ...] = ()

    @classmethod
    def of(cls, utterances: Sequence[Utterance]) -> Call:
        """The call that these utterances make, in the order in which they were heard; its digits unread."""
        text = call_text([heard.text for heard in utterances])
        return cls(tuple(utterances), text, cues_of(text))

    def read(self, beside: Iterable[Found], elsewhere: Iterable[Found]) -> Call:
        """The same call with its digits read, as if the names and places that were found were not there.

        What is masked must not change what is found next to it, or masking twice would mask more. Of what only
        other utterances made personal (`elsewhere`) letters and digits stay, or more utterances could hide numbers.
        """
        text = self.text.hiding(_places(beside)).hiding(_places(elsewhere), but=LETTERS_AND_DIGITS)
        cues = self.cues if text is self.text else cues_of(text)
        return replace(self, text=text, cues=cues, lines=read(text))

    def plain(self, which: int) -> str:
        """The plain text of utterance number `which`."""
        start, end = self.text.edges(which)
        return self.text.plain[start:end]

    def _cue_of(self, run: Sequence[Group]) -> CueHit | None:
        """What the same utterance says that this row of digits is: the nearest cue before it, else one after."""
        first, end = run[0].start, run[-1].end
        which = self.text.which(first)
        hit = self.cues.before(first, _REACH)
        if hit and hit.start >= self.text.starts[which] and self._reaches(hit, first):
            return hit
        hit = self.cues.after(end, _REACH_BACK)
        if hit is None or hit.end > self.text.edges(which)[1]:
            return None
        between = self.text.plain[end : hit.start]
        pattern = _IS_THIS if hit.cue is Cue.REFERENCE else _IS_MINE
        return hit if pattern.fullmatch(between) else None

    def named(self, run: Sequence[Group]) -> Cue | None:
        """What the same utterance says that this row of digits is, if it says so."""
        hit = self._cue_of(run)
        return hit.cue if hit else None

    def names_at_once(self, run: Sequence[Group]) -> bool:
        """Whether the word that says what the row is names a number, and this one: 订单号是…, not 订单查不到，您打…."""
        hit, plain = self._cue_of(run), self.text.plain
        if hit is None or (
            hit.cue is Cue.REFERENCE and not plain[hit.start : hit.end].endswith(_ENDS_OF_NUMBER_WORDS)
        ):
            return False
        return hit.start >= run[-1].end or bool(_AT_ONCE.fullmatch(plain, hit.end, run[0].start))

    def _reaches(self, hit: CueHit, start: int) -> bool:
        """An order number is only what follows at once; a number in between has used the word up."""
        return hit.cue is not Cue.REFERENCE or not _USED_UP.search(self.text.plain, hit.end, start)

    def has_cue(self, which: int) -> bool:
        """Whether an utterance has a cue of numbers."""
        return self.cues.last_in(*self.text.edges(which)) is not None

    def asked_before(self, which: int) -> Cue | None:
        """The last cue of the utterances before this one, as long as the answer to it can still be going on."""
        between, at_ms = 0, self.utterances[which].span.start_ms
        for earlier in range(which - 1, max(-1, which - 1 - _MOST_BACK), -1):
            if at_ms - self.utterances[earlier].span.end_ms > _LONGEST_MS or between > _MOST_BETWEEN:
                return None
            if hit := self.cues.last_in(*self.text.edges(earlier)):
                return hit.cue
            between += not self.is_transparent(earlier)
        return None

    def is_transparent(self, which: int) -> bool:
        """Whether an utterance takes nothing up: 嗯, 好的, 您说, 没听清再说一遍, or digits alone."""
        plain = self.plain(which)
        is_short = len(plain) <= _SHORT and not _USED_UP.search(plain) and not self.has_cue(which)
        return is_short or self.is_backchannel(which) or others(plain) == 0

    def is_backchannel(self, which: int) -> bool:
        """嗯, 好的, 您说: leaves the word to the other."""
        start, end = self.text.edges(which)
        return end - start <= _LONGEST_BACKCHANNEL and bool(
            _BACKCHANNEL.fullmatch(self.text.plain[start:end])
        )

    def has_digits(self, which: int) -> bool:
        """Whether digits are read in an utterance."""
        at = bisect_left(self.lines, which, key=attrgetter("which"))
        return at < len(self.lines) and self.lines[at].which == which

    def covered(self, which: int) -> bool:
        """Whether something in an utterance was masked before."""
        start, end = self.text.edges(which)
        return any(char in self.text.plain[start:end] for char in (COVER, HIDDEN))

    def streams(self) -> Iterator[tuple[Line, ...]]:
        """The lines of everybody together, and those of each speaker alone where there are several."""
        yield self.lines
        speakers = sorted({self.utterances[line.which].speaker for line in self.lines})
        for speaker in speakers if len(speakers) > 1 else ():
            yield tuple(line for line in self.lines if self.utterances[line.which].speaker == speaker)


def _places(found: Iterable[Found]) -> Iterator[tuple[int, int]]:
    return ((part.start, part.end) for one in found for part in one.parts)
