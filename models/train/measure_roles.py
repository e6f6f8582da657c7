"""How often the agent is found from words alone, on real written service dialogues.

    python models/train/measure_roles.py --data DIR      # DIR holds satisfaction_jddc/turns.jsonl

The dialogues are chats, not calls: the customer writes first, lines are short, and there is no greeting in
most of them. The figures in docs/turns.md come from here. Evaluate only: nothing of the text is kept.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from qa_service.core.speech import Role, Utterance
from qa_service.core.time import Span
from qa_service.turns.roles import assign

LINE_MS = 2_000


def dialogues(path: Path) -> Iterator[list[dict[str, str]]]:
    """The longest context of each dialogue; contexts grow from line to line of the file."""
    held: list[dict[str, str]] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        context = json.loads(line)["context"]
        if len(context) <= len(held) and held:
            yield held
        held = context
    if held:
        yield held


def call(turns: list[dict[str, str]]) -> list[Utterance]:
    """Both sides as utterances on one channel: `a` the agent, `c` the customer."""
    said = [(who, turn[key]) for turn in turns for who, key in (("c", "user"), ("a", "system")) if turn[key]]
    return [
        Utterance(f"u{at:04d}", Span(at * LINE_MS, (at + 1) * LINE_MS), who, text)
        for at, (who, text) in enumerate(said)
    ]


def main() -> None:
    """Prints right, wrong and unknown by the number of lines."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    path = parser.parse_args().data / "satisfaction_jddc" / "turns.jsonl"
    counts: Counter[tuple[str, str]] = Counter()
    for turns in dialogues(path):
        lines = call(turns)
        by_side = Counter(line.speaker for line in lines)
        if min(by_side["a"], by_side["c"]) < 2:
            continue
        size = "2–4" if min(by_side.values()) < 5 else "5+"
        found = assign(lines).of("a").role
        verdict = {Role.AGENT: "right", Role.CUSTOMER: "wrong"}.get(found, "unknown")
        counts[size, verdict] += 1
    for size in ("2–4", "5+"):
        row = {verdict: counts[size, verdict] for verdict in ("right", "wrong", "unknown")}
        print(f"lines a side {size}: n = {sum(row.values())}", row)


if __name__ == "__main__":
    main()
