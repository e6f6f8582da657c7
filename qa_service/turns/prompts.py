"""Machine lines on anybody's channel: menus, notices, announcements, surveys, voicemail, the carrier.

A line is a machine's when its wording and its place in the call say so together. The weights are tried on
tests/turns/test_prompts.py, not learned: no recordings of such lines with a licence were found.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from qa_service.core.calls import Participant, ParticipantKind
from qa_service.core.roles import LineRole
from qa_service.core.speech import Role, Sound, SoundKind, Utterance, spoken_chars
from qa_service.core.texts import Reason
from qa_service.text.normalize import fold
from qa_service.turns.machine_wording import Strength, human_weight, machine_wordings

#: What each strength of wording is worth before its place in the call is known.
_WORTH = {Strength.FAINT: 0.3, Strength.WEAK: 0.5, Strength.STRONG: 0.85}
#: A line worth this much is a machine's.
_ENOUGH = 0.7
#: Lines of one announcement follow each other this closely.
_NEAR_MS = 5_000
#: Who waits this long after a line did not take it for a question.
_ANSWER_MS = 3_000
_GOODBYES = ("再见", "拜拜", "祝您", "再会")
_GREETINGS = ("您好", "你好", "喂", "欢迎", "请问", "有什么", "很高兴")
#: Kinds of participants that are machines.
MACHINES = (ParticipantKind.IVR, ParticipantKind.ROBOT)
_WAITING = (SoundKind.HOLD, SoundKind.MUSIC, SoundKind.RINGBACK, SoundKind.BEEP)


@dataclass(slots=True)
class _Scene:
    """What has been decided so far, line by line in order of start."""

    lines: Sequence[Utterance]
    folded: Sequence[str]
    sounds: Sequence[Sound]
    repeats: Counter[tuple[str, str]]
    decided: dict[int, LineRole] = field(default_factory=dict)
    #: Speakers who have said something themselves, and those who have said goodbye.
    spoke: set[str] = field(default_factory=set)
    parted: set[str] = field(default_factory=set)


def find_prompts(
    utterances: Iterable[Utterance], *, sounds: Sequence[Sound] = (), participants: Sequence[Participant] = ()
) -> tuple[LineRole, ...]:
    """The lines that a machine said, as exceptions to their speakers' roles, in order of id.

    A line in which a machine and a person are heard together stays the person's.
    """
    lines = sorted(utterances, key=lambda said: (said.span.start_ms, said.order))
    folded = [fold(said.text).text for said in lines]
    repeats = Counter(
        (said.speaker, text) for said, text in zip(lines, folded, strict=True) if not said.unreliable
    )
    scene = _Scene(lines, folded, sounds, repeats)
    for place in range(len(lines)):
        _judge(scene, place, participants)
    _adopt_openings(scene)
    return tuple(sorted(scene.decided.values()))


def _judge(scene: _Scene, place: int, participants: Sequence[Participant]) -> None:
    """Decides one line, and remembers what it tells about the lines after it."""
    said, text = scene.lines[place], scene.folded[place]
    line = _signalled(said, participants) or _announced(scene, place) or _worded(scene, place)
    if line:
        scene.decided[place] = line
        return
    # A "喂" into a machine's menu does not open the conversation.
    if spoken_chars(text) > 2:
        scene.spoke.add(said.speaker)
    # What may be a neighbour's goodbye ends nothing here.
    if not said.unreliable and any(goodbye in text for goodbye in _GOODBYES):
        scene.parted.add(said.speaker)


def _signalled(said: Utterance, participants: Sequence[Participant]) -> LineRole | None:
    """The telephone system says that a machine had this channel at this time."""
    for who in participants:
        on_channel = who.channel is not None and who.channel == said.channel
        spoken_ms = who.span(said.span.end_ms).overlap_ms(said.span)
        if who.kind in MACHINES and on_channel and 2 * spoken_ms > said.span.duration_ms:
            return LineRole(said.id, Role.SYSTEM, 0.99, Reason.of("system.envelope", kind=who.kind.value))
    return None


def _worded(scene: _Scene, place: int) -> LineRole | None:
    """Wording and place together."""
    hits = [hit for hit in machine_wordings(scene.folded[place]) if hit.strength > Strength.FAINT]
    if not hits:
        return None
    worth = _WORTH[hits[0].strength] + _place_worth(scene, place) - human_weight(scene.folded[place])
    return _line(scene.lines[place], hits[0].code, worth) if worth >= _ENOUGH else None


def _place_worth(scene: _Scene, place: int) -> float:
    """What the place in the call adds: before anybody spoke, after goodbye, said twice, unanswered …."""
    said, text = scene.lines[place], scene.folded[place]
    twice = scene.repeats[said.speaker, text] > 1 and len(text) > 5
    return (
        0.25 * (said.speaker not in scene.spoke)
        + 0.15 * (said.speaker in scene.parted)
        + 0.25 * twice
        + 0.25 * _follows_machine(scene, place)
        + 0.2 * _out_of_waiting(scene, said)
        + 0.05 * _unanswered(scene, place)
    )


def _follows_machine(scene: _Scene, place: int) -> bool:
    """Whether the same voice was a machine a moment ago, and nobody has answered it since."""
    said = scene.lines[place]
    return any(
        scene.lines[at].speaker == said.speaker
        and 0 <= said.span.start_ms - scene.lines[at].span.end_ms <= _NEAR_MS
        and all(other.speaker == said.speaker for other in scene.lines[at + 1 : place])
        for at in scene.decided
    )


def _out_of_waiting(scene: _Scene, said: Utterance) -> bool:
    """Whether the words come out of hold, music or ringback; music *after* them was a person's doing."""
    return any(
        sound.kind in _WAITING and sound.span.start_ms < said.span.start_ms <= sound.span.end_ms + _NEAR_MS
        for sound in scene.sounds
    )


def _unanswered(scene: _Scene, place: int) -> bool:
    """Whether nobody else speaks within three seconds after the line."""
    said = scene.lines[place]
    later = (other for other in scene.lines[place + 1 :] if other.speaker != said.speaker)
    answer = next((other for other in later if other.span.end_ms > said.span.end_ms), None)
    return answer is None or answer.span.start_ms - said.span.end_ms > _ANSWER_MS


def _announced(scene: _Scene, place: int) -> LineRole | None:
    """A bare job number is an announcement where the agent then greets for themselves."""
    said = scene.lines[place]
    codes = {hit.code for hit in machine_wordings(scene.folded[place])}
    if "system.job_number" not in codes or said.speaker in scene.spoke:
        return None
    after = place + 1
    greets = (
        after < len(scene.lines)
        and scene.lines[after].speaker == said.speaker
        and scene.lines[after].span.start_ms - said.span.end_ms <= _NEAR_MS
        and scene.folded[after].startswith(_GREETINGS)
    )
    return _line(said, "system.job_number", 0.85) if greets else None


def _adopt_openings(scene: _Scene) -> None:
    """A welcome just before a menu is the menu's; before a person it was the person's own."""
    for place in sorted(scene.decided, reverse=True):
        at = place - 1
        while at >= 0 and at not in scene.decided and _opens(scene, at, place):
            scene.decided[at] = _line(scene.lines[at], "system.ivr", 0.8)
            place, at = at, at - 1  # noqa: PLW2901 - the welcome may itself be in two lines


def _opens(scene: _Scene, at: int, place: int) -> bool:
    """Whether the line `at` is a bare welcome that the machine line at `place` goes on from."""
    welcome, machine = scene.lines[at], scene.lines[place]
    if welcome.speaker != machine.speaker or scene.decided[place].because.code == "system.job_number":
        return False
    bare = any(hit.strength is Strength.FAINT for hit in machine_wordings(scene.folded[at]))
    return bare and machine.span.start_ms - welcome.span.end_ms <= _NEAR_MS


def _line(said: Utterance, code: str, worth: float) -> LineRole:
    return LineRole(said.id, Role.SYSTEM, round(min(0.99, worth), 2), Reason.of(code))
