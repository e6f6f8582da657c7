"""How often feelings in words (text/feelings.py) are right, on sentences written blind and on real service chats.

    python models/train/measure_feelings.py [--data DIR] [--show]

DIR holds satisfaction_jddc/turns.jsonl: what is found there is printed with --show, to be read. Evaluate only: nothing
of that text is kept.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path

from qa_service.core.intervals import wilson
from qa_service.text.feeling_words import NEGATIVE, Feeling
from qa_service.text.feelings import feelings_in

_HELD_OUT = Path(__file__).parents[2] / "tests/lab/data/feelings.held-out.tsv"
_NONE = "none"


def sides(text: str) -> set[str]:
    """`negative`, `pleased`, both or neither."""
    felt = {one.feeling for one in feelings_in(text)}
    return {
        name for name, is_so in (("negative", felt & NEGATIVE), ("pleased", Feeling.PLEASED in felt)) if is_so
    }


def held_out() -> None:
    """Prints what is found of each label, and how much of what is found is right."""
    lines = _HELD_OUT.read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    said: Counter[str] = Counter(label for label, _ in rows)
    found: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for label, text in rows:
        side = label if label in (Feeling.PLEASED, _NONE) else "negative"
        for got in sides(text):
            right[got] += got == side
            found[got] += 1
        is_found = side in sides(text) or (side == _NONE and not sides(text))
        found[f"of {label}"] += is_found
    for label, count in said.items():
        print(f"{label:12}{found[f'of {label}']:4} of {count:4}  {_share(found[f'of {label}'], count)}")
    for side in ("negative", "pleased"):
        print(f"{side:12}right {right[side]:4} of {found[side]:4}  {_share(right[side], found[side])}")


def chats(path: Path, *, show: bool) -> None:
    """Prints how many of the customers' sentences show something, and which."""
    turns = (json.loads(line) for line in path.read_text("utf-8").splitlines())
    texts = sorted({said["user"] for turn in turns for said in turn["context"]})
    found = [(one.feeling.value, text) for text in texts for one in feelings_in(text)]
    print(f"{path.parent.name}: {len(texts)} sentences, {dict(Counter(feeling for feeling, _ in found))}")
    for feeling, text in found if show else ():
        print(f"  {feeling:12}{text}")


def _share(hits: int, count: int) -> str:
    if not count:
        return "–"
    interval = wilson(hits, count)
    return f"{hits / count:.0%} [{interval.low:.0%}–{interval.high:.0%}]"


def main() -> None:
    """Prints both tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path)
    parser.add_argument("--show", action="store_true")
    given = parser.parse_args()
    held_out()
    if given.data:
        chats(given.data / "satisfaction_jddc" / "turns.jsonl", show=given.show)


if __name__ == "__main__":
    main()
