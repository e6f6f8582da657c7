"""How often the rules of packs fire on real written service chats, each sentence by itself.

    python models/train/measure_packs.py --data DIR PACK…        # figures
    python models/train/measure_packs.py --data DIR PACK… --show # and what fired, to be read and judged
    python models/train/measure_packs.py --data DIR --list docs/packs-jddc.csv   # all packs, verdicts kept
    python models/train/measure_packs.py --data DIR --list … --show   # and the drawn hits that nobody judged yet

DIR holds satisfaction_jddc/turns.jsonl. Every different sentence of either side is one call of one utterance:
what a rule wants from the sentences around it is not there, and what rests on the end of a call is not counted.
Evaluate only: nothing of the text is kept.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Iterator
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

_ROLES = {"system": Role.AGENT, "user": Role.CUSTOMER}
_CERTAIN = Certainty(HearingModel("transcript"))


def sentences(path: Path) -> dict[Role, list[str]]:
    """Every different sentence of either side, in the order of the file."""
    said: dict[Role, dict[str, None]] = {role: {} for role in _ROLES.values()}
    for line in path.read_text(encoding="utf-8").splitlines():
        for turn in json.loads(line)["context"]:
            for key, role in _ROLES.items():
                if text := turn.get(key, "").strip():
                    said[role][text] = None
    return {role: list(texts) for role, texts in said.items()}


def fired(book: Rulebook, role: Role, text: str) -> Iterator[tuple[str, float]]:
    """The rules that fire on a sentence, each with its confidence."""
    span = Span(0, 250 * len(text))
    said = (
        Utterance("u0", span, role.value, text, speech_ms=span.duration_ms, role=role, role_confidence=1.0),
    )
    facts = CallFacts(leg=Leg(span), parts=frozenset({PartName.WORDS.value}))
    scene = Scene(facts.leg, said, replay(book.detectors, facts, said))
    for finding in find((*book.rules, *book.good), scene, facts, _CERTAIN):
        if not finding.is_of_end:
            yield finding.rule, finding.confidence


def hits_of(book: Rulebook, said: dict[Role, list[str]]) -> Iterator[Hit]:
    """What the pack's own rules fired on; what it includes is counted where it comes from."""
    for role, texts in said.items():
        for turn, text in enumerate(texts):
            for rule, confidence in dict(fired(book, role, text)).items():
                if rule.startswith(f"{book.name}/"):
                    yield Hit(rule, role.value, turn, fingerprint(text), round(confidence, 2))


def keep_list(path: Path, said: dict[Role, list[str]], *, show: bool) -> None:
    """Writes the list anew, with the verdicts it held; shows what is still to be judged."""
    known = read_hits(path) if path.exists() else []
    hits = with_verdicts((hit for name in pack_names() for hit in hits_of(load(name), said)), known)
    write_hits(path, hits)
    waiting = [hit for hit in to_judge(hits) if not hit.judged]
    print(f"{len(hits)} hits, {len(waiting)} to be judged")
    for hit in waiting if show else ():
        print(hit.rule, hit.sha256, f"{hit.confidence:.2f}", said[Role(hit.side)][hit.turn], sep="\t")


def main() -> None:
    """Prints how many sentences each rule fires on, and with --show which."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--list", type=Path, help="the list of hits with verdicts, of all packs")
    parser.add_argument("packs", nargs="*")
    asked = parser.parse_args()
    said = sentences(asked.data / "satisfaction_jddc" / "turns.jsonl")
    print(", ".join(f"{role.value}: {len(texts)} different sentences" for role, texts in said.items()))
    if asked.list:
        keep_list(asked.list, said, show=asked.show)
    for book in map(load, asked.packs):
        hits: defaultdict[str, list[str]] = defaultdict(list)
        for role, texts in said.items():
            for text in texts:
                for rule, confidence in fired(book, role, text):
                    hits[rule].append(f"{confidence:.2f}  {text}")
        for one in (*book.rules, *book.good):
            print(f"{one.id}: {len(hits[one.id])}")
            if asked.show:
                print(*(f"    {line}" for line in hits[one.id]), sep="\n")


if __name__ == "__main__":
    main()
