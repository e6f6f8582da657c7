"""Random stored calls and random books of phrase rules, with everything that changes what comes of them."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from qa_service.core.calls import Envelope, Participant, ParticipantKind
from qa_service.core.measured import (
    ROLES_CONTRADICTED,
    VOICE_LEFT_OUT,
    HearingModel,
    Layout,
    Part,
    PartName,
    Problem,
    Unheard,
)
from qa_service.core.speech import Role, Utterance
from qa_service.core.time import Span
from qa_service.pipeline.judge import Case
from qa_service.rulebook.book import Rulebook
from tests.make import BEGAN, calls, timed, utterance
from tests.pipeline.cases import case, random_case
from tests.rulebook.books import HEAD, book

#: Of what is said below, some of it in forms that are written otherwise: 120块, 加我嗯微信, 12315.
PHRASES = (
    *(
        "保本",
        "收益",
        "保证收益",
        "投诉",
        "您好",
        "加我微信",
        "一百二十元",
        "'12315'",
        "app",
        "三天",
        "的",
        "好",
    ),
    *("'好的，再见'", "不归我们管", "没有人说过", "稳赚不赔", "验证码"),
)
SENTENCES = (
    "您好，请问有什么可以帮您？",
    "这款产品保证收益，保本的，收益稳赚。",
    "我们不能承诺保本的。",
    "历史收益不代表未来，您刚才说的保本我们没有承诺过。",
    "你加我嗯微信，120块就行，下app。",
    "那个那个我要投诉你们，打12315投诉。",
    "等了十三天了，不是三天！",
    "的的的的的好好好好好的的的的的好好好好好",
    "好的，再见。",
    "加我那个微信，把验证码告诉我，，，",
    "這個不歸我們管",
    "，。！",
    "",
)


def _phrases(draw: st.DrawFn) -> str:
    words = draw(st.lists(st.sampled_from(PHRASES), min_size=1, max_size=4, unique=True))
    more = [f"any: [{', '.join(words)}]"]
    if draw(st.booleans()):
        more.append(draw(st.sampled_from(["unless: []", "unless: [negated]", "whole_words: true"])))
    if len(words) > 1 and draw(st.integers(0, 5)) == 0:
        more = [f"of: [{', '.join(words)}]", "at_least: 2"]
    if draw(st.integers(0, 5)) == 0:
        more.append("none: [历史]")
    return f"phrases: {{{', '.join(more)}}}"


def _plain(draw: st.DrawFn) -> str:
    role = draw(st.sampled_from(["", "role: agent, ", "role: customer, "]))
    words = draw(st.lists(st.sampled_from(PHRASES), min_size=1, max_size=3, unique=True))
    return f"{{{role}phrases: {{any: [{', '.join(words)}], unless: []}}}}"


def _when(draw: st.DrawFn) -> str:
    role = draw(st.sampled_from(["", "role: agent, ", "role: customer, "]))
    one = f"{{{role}{_phrases(draw)}}}"
    kind = draw(st.integers(0, 11))
    if kind == 0:
        return f"{{any: [{one}, {{{_phrases(draw)}}}]}}"
    if kind == 1:
        return f"{{{role}{_phrases(draw)}, count: {{at_least: 2}}}}"
    if kind == 2:
        return f"{{{role}{_phrases(draw)}, near: {{phrases: [投诉], within: 20s}}}}"
    if kind == 3:
        return f"{{{role}{_phrases(draw)}, max_confidence: {draw(st.sampled_from([0.3, 0.6]))}}}"
    if kind == 4:
        return f"{{{role}{_phrases(draw)}, first: 20s}}"
    return one


def _rule(draw: st.DrawFn, name: str, *, is_plain: bool = False) -> str:
    lines = [f"id: {name}", "title: 规则", f"when: {_plain(draw) if is_plain else _when(draw)}"]
    lines.append(f"severity: {draw(st.sampled_from(['minor', 'critical']))}")
    if draw(st.integers(0, 3)):
        points = draw(st.sampled_from(["5", "{deduct: 3, per: hit}", "10", "{add: 2}"]))
        lines += [
            "stage: score",
            f"criterion: {draw(st.sampled_from(['c0', 'c1', 'c2']))}",
            f"points: {points}",
        ]
    more = ["leg: first", "leg: last", "jurisdiction: [TW]", "effective: {from: 2026-11-20}"]
    if draw(st.integers(0, 4)) == 0:
        lines.append(draw(st.sampled_from(more)))
    return "\n    ".join(lines)


CARD = """\
scorecard:
  sections:
    - id: a
      title: 甲
      criteria:
        - {id: c0, title: 零, max_points: 10, base: 8}
        - {id: c1, title: 一, max_points: 10%s}
    - id: b
      title: 乙
      criteria:
        - {id: c2, title: 二, max_points: 20%s}
"""


@st.composite
def rule_texts(draw: st.DrawFn, name: str) -> str:
    """One rule, as it is written; most are plain."""
    return _rule(draw, name, is_plain=draw(st.integers(0, 9)) > 0)


@st.composite
def book_texts(draw: st.DrawFn) -> tuple[str, list[str]]:
    """The head of a book with its scorecard, and its rules."""
    fatal = draw(st.sampled_from(["", ", fatal: section", ", fatal: call"]))
    head = HEAD + CARD % (fatal, draw(st.sampled_from(["", ", fatal: call"])))
    return head, [_rule(draw, f"r{at}") for at in range(draw(st.integers(1, 6)))]


def compiled(head: str, rules: list[str]) -> Rulebook:
    return book(f"{head}rules:\n" + "".join(f"  - {rule}\n" for rule in rules))


def books() -> st.SearchStrategy[Rulebook]:
    """Books whose rules all listen for phrases, most of them plainly."""
    return book_texts().map(lambda parts: compiled(*parts))


_TRANSFER = Envelope(
    started_at=BEGAN,
    participants=(
        Participant("p1", ParticipantKind.AGENT, "8012", to_ms=20_000),
        Participant("p2", ParticipantKind.AGENT, "7715", from_ms=20_000, to_ms=40_000),
        Participant("p3", ParticipantKind.AGENT, "8012", from_ms=40_000),
    ),
)
_ENVELOPES = st.sampled_from([Envelope(started_at=BEGAN), Envelope(started_at=BEGAN), Envelope(), _TRANSFER])
_MODELS = st.sampled_from(
    [HearingModel("transcript")] * 3 + [HearingModel("whisper"), HearingModel("whisper", cer=0.05)]
)
_PROBLEMS = st.sampled_from(
    [
        *[()] * 6,
        (Problem("gap", Span(5_000, 15_000), 10_000),),
        *((Problem(code, Span(0, 1)),) for code in ("clocks_doubted", ROLES_CONTRADICTED, VOICE_LEFT_OUT)),
        (Problem("truncated", Span(9_000, 9_000), 500),),
    ]
)


@st.composite
def _utterance(draw: st.DrawFn, at_ms: int, name: str) -> Utterance:
    role = draw(
        st.sampled_from([Role.AGENT] * 4 + [Role.CUSTOMER] * 3 + [Role.SYSTEM, Role.OTHER, Role.UNKNOWN])
    )
    text = "".join(draw(st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=2)))
    bad = draw(st.sampled_from([""] * 12 + ["quality.noise"]))
    said = utterance(text, at_ms, role=role, name=name, unreliable=bad)
    if draw(st.booleans()):
        said = timed(said)
        sure = draw(st.sampled_from([1.0, 0.9, 0.3]))
        said = replace(said, words=tuple(replace(word, confidence=sure) for word in said.words))
    return said


@st.composite
def spoken_cases(draw: st.DrawFn) -> Case:
    """Two parties and others who say what the books listen for; some of it badly heard, lost or transferred."""
    said: list[Utterance] = []
    for number in range(draw(st.integers(2, 12))):
        at_ms = said[-1].span.end_ms + draw(st.integers(-400, 800)) if said else 500
        said.append(draw(_utterance(max(0, at_ms), f"u{number}")))
    told = case(
        said,
        envelope=draw(_ENVELOPES),
        hearing=draw(_MODELS),
        layout=draw(st.sampled_from([Layout.TWO_CHANNEL, Layout.TWO_CHANNEL, Layout.MONO])),
    )
    sure = draw(st.sampled_from([0.95, 0.95, 0.5]))
    speakers = tuple(replace(one, confidence=sure) for one in told.roles.speakers)
    unheard = draw(st.sampled_from([(), (), (Unheard(Span(1_000, 9_000), "s0", "empty"),)]))
    parts = draw(st.sampled_from([told.measured.parts] * 5 + [(Part(PartName.ACTIVITY, "made", ""),)]))
    measured = replace(told.measured, problems=draw(_PROBLEMS), unheard=unheard, parts=parts)
    return replace(
        told,
        measured=measured,
        roles=replace(told.roles, speakers=speakers),
        jurisdiction=draw(st.sampled_from(["", "CN", "TW"])),
    )


def cases() -> st.SearchStrategy[Case]:
    """Calls that say what the books listen for, and calls that are as strange as any."""
    return st.one_of(spoken_cases(), spoken_cases(), calls().map(random_case))
