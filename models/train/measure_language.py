"""How often written Mandarin is taken for another language, on public sets of real text.

    python models/train/measure_language.py --data DIR

DIR holds satisfaction_jddc/turns.jsonl, emotion_cped/utterances.tsv and offensive_cold/sentences.tsv. What is found is
printed, to be read: some of it is Cantonese. Evaluate only: nothing of the text is kept.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

from qa_service.text.language import foreign_language


def chats(path: Path) -> Iterator[str]:
    """Every line of the service chats."""
    for line in path.read_text(encoding="utf-8").splitlines():
        yield from (text for turn in json.loads(line)["context"] for text in turn.values())


def longest(path: Path) -> Iterator[str]:
    """The sentence of each row: its longest cell."""
    for row in path.read_text(encoding="utf-8").splitlines()[1:]:
        yield max(row.split("\t"), key=len)


def main() -> None:
    """Prints the size of each set and what was taken for another language."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    data: Path = parser.parse_args().data
    sets = {
        "satisfaction_jddc": set(chats(data / "satisfaction_jddc" / "turns.jsonl")),
        "emotion_cped": set(longest(data / "emotion_cped" / "utterances.tsv")),
        "offensive_cold": set(longest(data / "offensive_cold" / "sentences.tsv")),
    }
    for name, sentences in sets.items():
        found = sorted((foreign_language(text), text) for text in sentences if foreign_language(text))
        print(f"{name}: {len(found)} of {len(sentences)}")
        for language, text in found:
            print(f"  {language}  {text}")


if __name__ == "__main__":
    main()
