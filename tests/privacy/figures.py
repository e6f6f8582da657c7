"""How much of generated calls is found and what is covered in vain: `python -m tests.privacy.figures [SEED]`."""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from qa_service.privacy.find import find
from qa_service.privacy.masking import STRICT
from tests.privacy.cases import Case, Made, cases
from tests.privacy.harmless import HARMLESS
from tests.privacy.personal import MISHEARD, OTHERS, SPOKEN, WRITTEN

SEED = 1


@dataclass(frozen=True, slots=True)
class Outcome:
    """One call: all that must be covered is, nothing else is; what is covered in vain."""

    case: Case
    whole: bool
    spans: int
    #: Spans of which no character belongs to anything personal.
    vain: int
    #: Letters and digits beside something personal that were covered too.
    spilled: int


def outcome(made: Case) -> Outcome:
    texts = {said.id: said.text for said in made.utterances}
    spans = [span for span in find(made.utterances) if STRICT.masks(span)]
    places = [[(span.utterance, at) for at in range(span.start, span.end)] for span in spans]
    right = made.must | made.may
    vain = [held for held in places if right.isdisjoint(held)]
    covered = {place for held in places for place in held}
    spilled = sum(texts[name][at].isalnum() for name, at in covered - right)
    return Outcome(made, made.must <= covered, len(spans), len(vain), spilled)


def outcomes(families: dict[str, tuple[int, Made]], seed: int = SEED) -> list[Outcome]:
    return [outcome(made) for made in cases(families, seed)]


def recall(held: Iterable[Outcome]) -> float:
    rows = list(held)
    return sum(row.whole for row in rows) / len(rows)


def precision(held: Iterable[Outcome]) -> float:
    """Of all spans, those that cover something personal."""
    rows = list(held)
    return 1 - sum(row.vain for row in rows) / max(1, sum(row.spans for row in rows))


def false_alarms(held: Iterable[Outcome]) -> float:
    """Calls with nothing personal in which something was covered."""
    rows = list(held)
    return sum(row.spans > 0 for row in rows) / len(rows)


def table(rows: list[Outcome]) -> Iterator[str]:
    by_family: dict[str, list[Outcome]] = defaultdict(list)
    for row in rows:
        by_family[row.case.family].append(row)
    for family, held in by_family.items():
        missed = sum(not row.whole for row in held)
        spills = Counter(row.spilled > 0 for row in held)[True]
        yield f"| {family} | {len(held):,} | {missed} | {100 * recall(held):.1f} % | {spills} |"


def main(seed: int) -> None:
    harmless = outcomes(HARMLESS, seed)
    print("| calls with | n | missed | recall | covered too much |\n|---|---|---|---|---|")
    groups = {
        name: outcomes(held, seed)
        for name, held in (
            ("written", WRITTEN),
            ("spoken", SPOKEN),
            ("misheard", MISHEARD),
            ("others", OTHERS),
        )
    }
    for name, rows in groups.items():
        print("\n".join(table(rows)))
        print(
            f"| **{name}** | {len(rows):,} | {sum(not row.whole for row in rows)} | **{100 * recall(rows):.1f} %** | precision with all harmless calls {100 * precision([*rows, *harmless]):.1f} % |"  # noqa: E501
        )
    print("\n| harmless calls | n | covered in vain | share |\n|---|---|---|---|")
    for family in HARMLESS:
        held = [row for row in harmless if row.case.family == family]
        print(
            f"| {family} | {len(held)} | {sum(row.spans > 0 for row in held)} | {100 * false_alarms(held):.1f} % |"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else SEED)
