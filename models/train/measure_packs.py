"""How often the rules of packs fire on real written service chats, and where.

    python models/train/measure_packs.py --data DIR PACK…        # figures
    python models/train/measure_packs.py --data DIR PACK… --show # and what fired, to be read and judged
    python models/train/measure_packs.py --data DIR --list docs/packs-jddc.csv   # all packs, verdicts kept
    python models/train/measure_packs.py --data DIR --list … --show   # and the drawn hits that nobody judged yet
    python models/train/measure_packs.py --data DIR --list … --blind  # all drawn hits for another judge, no verdicts

DIR holds satisfaction_jddc/turns.jsonl. Its overlapping windows are put together to chats again, and every chat is one
call, written at 240 characters a minute with half a second between: places in the call and times between sentences are
ours, and so are the figures, dates and names where the set has placeholders (an answer with a number stays one).
A hit counts once for each different sentence. What rests on something unsaid is not counted: the chats are cut.
Evaluate only: nothing of the text is kept.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from qa_service.core.calls import CallFacts, Leg
from qa_service.core.measured import HearingModel, PartName
from qa_service.core.speech import Role, Utterance
from qa_service.core.time import Span
from qa_service.lab.pack_hits import Hit, fingerprint, read_hits, to_judge, with_verdicts, write_hits
from qa_service.pipeline.live import replay
from qa_service.rulebook.book import Rulebook
from qa_service.rulebook.load import load, pack_names
from qa_service.rules.find import Certainty, find
from qa_service.rules.scene import Scene

# In each turn of the file the customer speaks first.
_ROLES = {"user": Role.CUSTOMER, "system": Role.AGENT}
_CERTAIN = Certainty(HearingModel("transcript"))


# What the set's placeholders are read as; emoticons are nothing said.
_FILLED = {
    "[数字x]": "3", "[金额x]": "30元", "[时间x]": "下午3点", "[日期x]": "5月3日",
    "[姓名x]": "王五", "[电话x]": "电话号码", "[邮箱x]": "邮箱", "[地址x]": "地址",
    "[站点x]": "网站", "[链接x]": "链接",
}  # fmt: skip
_EMOTICON = re.compile(r"#E-[a-z]\d*(?:\[数字x\])*")

#: What is said, by whom.
Line = tuple[Role, str]


def chats(path: Path) -> list[list[Line]]:
    """The chats from first to last sentence; a window that goes on where the one before ended is no new one."""
    whole: list[list[dict[str, str]]] = []
    for row in path.read_text(encoding="utf-8").splitlines():
        window = json.loads(row)["context"]
        known = [turn["user"] for turn in window[:-1]]
        if whole and known and [turn["user"] for turn in whole[-1][-len(known) :]] == known:
            whole[-1][-len(known) :] = window
        else:
            whole.append(window)
    return [list(_lines(turns)) for turns in whole]


def _lines(turns: list[dict[str, str]]) -> Iterator[Line]:
    for turn in turns:
        for key, role in _ROLES.items():
            if text := turn.get(key, "").strip():
                yield role, text


def sentences(talks: list[list[Line]]) -> dict[Role, list[str]]:
    """Every different sentence of either side, in the order of the file."""
    said: dict[Role, dict[str, None]] = {role: {} for role in _ROLES.values()}
    for role, text in (line for talk in talks for line in talk):
        said[role][text] = None
    return {role: list(texts) for role, texts in said.items()}


@dataclass(frozen=True, slots=True)
class Fired:
    """A rule that fired on a sentence, and what was said just before and after."""

    rule: str
    role: Role
    text: str
    confidence: float
    before: tuple[str, ...]
    after: tuple[str, ...]


def fired(book: Rulebook, talk: list[Line]) -> Iterator[Fired]:
    """What fires on the sentences of a chat."""
    said = tuple(_spoken(talk))
    facts = CallFacts(leg=Leg(Span(0, said[-1].span.end_ms)), parts=frozenset({PartName.WORDS.value}))
    scene = Scene(facts.leg, said, replay(book.detectors, facts, said))
    at = {one.id: i for i, one in enumerate(said)}
    for finding in find((*book.rules, *book.good), scene, facts, _CERTAIN):
        if finding.is_of_end or finding.because.code.startswith("absent."):
            continue
        quoted = {at[quote.utterance] for piece in finding.evidence for quote in piece.quotes}
        own = [i for i in quoted if talk[i][0] is finding.role]
        if own:
            i = max(own)
            before, after = _shown(talk[max(0, i - 3) : i]), _shown(talk[i + 1 : i + 4])
            yield Fired(finding.rule, talk[i][0], talk[i][1], finding.confidence, before, after)


def _shown(lines: list[Line]) -> tuple[str, ...]:
    return tuple(f"{role.value}: {text}" for role, text in lines)


def _filled(text: str) -> str:
    text = _EMOTICON.sub(" ", text)
    for placeholder, words in _FILLED.items():
        text = text.replace(placeholder, words)
    return text


def _spoken(talk: list[Line]) -> Iterator[Utterance]:
    start_ms = 0
    for i, (role, written) in enumerate(talk):
        text = _filled(written)
        span = Span(start_ms, start_ms + 250 * len(text))
        yield Utterance(
            f"u{i}", span, role.value, text, speech_ms=span.duration_ms, role=role, role_confidence=1.0
        )
        start_ms = span.end_ms + 500


def hits_of(book: Rulebook, talks: list[list[Line]]) -> dict[tuple[str, Role, str], Fired]:
    """What the pack's own rules fired on, each sentence once; what it includes is counted where it comes from."""
    found: dict[tuple[str, Role, str], Fired] = {}
    for talk in talks:
        for one in fired(book, talk):
            if one.rule.startswith(f"{book.name}/"):
                found.setdefault((one.rule, one.role, one.text), one)
    return found


def keep_list(path: Path, talks: list[list[Line]], *, show: bool, blind: bool) -> None:
    """Writes the list anew, with the verdicts it held; shows what is still to be judged, or, blind, all of it."""
    known = read_hits(path) if path.exists() else []
    places = {(role, text): i for role, texts in sentences(talks).items() for i, text in enumerate(texts)}
    found = [one for name in pack_names() for one in hits_of(load(name), talks).values()]
    by_hit = {
        Hit(f.rule, f.role.value, places[f.role, f.text], fingerprint(f.text), round(f.confidence, 2)): f
        for f in found
    }
    hits = with_verdicts(by_hit, known)
    write_hits(path, hits)
    drawn = to_judge(hits)
    waiting = [hit for hit in drawn if not hit.judged]
    print(f"{len(hits)} hits, {len(waiting)} to be judged")
    for hit in drawn if blind else waiting if show else ():
        one = by_hit[replace(hit, judged="", second="")]
        around = (" / ".join(one.before), " / ".join(one.after))
        print(hit.rule, hit.sha256, f"{hit.confidence:.2f}", one.text, *around, sep="\t")


def main() -> None:
    """Prints how many sentences each rule fires on, and with --show which."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--show", action="store_true")
    parser.add_argument(
        "--blind", action="store_true", help="with --list: every drawn hit, without its verdicts"
    )
    parser.add_argument("--list", type=Path, help="the list of hits with verdicts, of all packs")
    parser.add_argument("packs", nargs="*")
    asked = parser.parse_args()
    talks = chats(asked.data / "satisfaction_jddc" / "turns.jsonl")
    counted = (f"{role.value}: {len(texts)} different sentences" for role, texts in sentences(talks).items())
    print(f"{len(talks)} chats", *counted, sep=", ")
    if asked.list:
        keep_list(asked.list, talks, show=asked.show, blind=asked.blind)
    for book in map(load, asked.packs):
        hits: defaultdict[str, list[str]] = defaultdict(list)
        for one in hits_of(book, talks).values():
            hits[one.rule].append(f"{one.confidence:.2f}  {one.text}")
        for rule in (*book.rules, *book.good):
            print(f"{rule.id}: {len(hits[rule.id])}")
            if asked.show:
                print(*(f"    {line}" for line in hits[rule.id]), sep="\n")


if __name__ == "__main__":
    main()
