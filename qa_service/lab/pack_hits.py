"""What the rules of packs fired on in real sentences, with two judges' verdicts on each: no words, only numbers.

The list stands in docs/packs-jddc.csv and the table made from it in docs/packs.md; models/train/measure_packs.py finds
the hits, one judge fills in `judged` and another, who has not seen that, `second`.
"""

from __future__ import annotations

import csv
import hashlib
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from qa_service.core.intervals import Share
from qa_service.lab.agreement import Agreement

#: At most so many hits of a rule are judged; which ones, this seed says.
JUDGED_OF_A_RULE = 60
SEED = 20_261
_FIELDS = ("rule", "side", "turn", "sha256", "confidence", "judged", "second")


@dataclass(frozen=True, slots=True, order=True)
class Hit:
    """A rule that fired on one sentence."""

    #: Its full id, `pack/rule`.
    rule: str
    #: `agent` or `customer`.
    side: str
    #: The how-manyth different sentence of that side, from 0, in the order of the file.
    turn: int
    #: The first twelve digits of the sentence's SHA-256: shows that the same sentence is meant.
    sha256: str
    confidence: float
    #: `right`, `wrong`, or empty where nobody judged it.
    judged: str = ""
    #: The same by another judge.
    second: str = ""

    @property
    def place(self) -> tuple[str, str, str]:
        """What the hit is told apart by, whichever run found it."""
        return (self.rule, self.side, self.sha256)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: how often a rule fired on `turns` sentences, and how often it was right to each judge."""

    rule: str
    turns: int
    hits: int
    right: Share
    second: Share
    agreed: Agreement


def fingerprint(text: str) -> str:
    """The digits a sentence is known by."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def read_hits(path: Path) -> list[Hit]:
    """The hits of a list."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Hit(
                r["rule"],
                r["side"],
                int(r["turn"]),
                r["sha256"],
                float(r["confidence"]),
                r["judged"],
                r["second"],
            )
            for r in csv.DictReader(file)
        ]


def write_hits(path: Path, hits: Iterable[Hit]) -> None:
    """The same list every time, whatever the order of the hits."""
    with path.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file, lineterminator="\n")
        lines.writerow(_FIELDS)
        lines.writerows([getattr(hit, name) for name in _FIELDS] for hit in sorted(hits))


def with_verdicts(hits: Iterable[Hit], known: Iterable[Hit]) -> list[Hit]:
    """The hits with the verdicts that a former list holds on the same rule and sentence."""
    given = {hit.place: (hit.judged, hit.second) for hit in known}
    verdicts = ((hit, *given.get(hit.place, ("", ""))) for hit in hits)
    return [replace(hit, judged=judged, second=second) for hit, judged, second in verdicts]


def to_judge(hits: Iterable[Hit]) -> list[Hit]:
    """All hits of a rule, or sixty of them drawn by the seed."""
    of_rule: dict[str, list[Hit]] = {}
    for hit in sorted(hits):
        of_rule.setdefault(hit.rule, []).append(hit)
    drawn: list[Hit] = []
    for mine in of_rule.values():
        few = len(mine) <= JUDGED_OF_A_RULE
        drawn += mine if few else random.Random(SEED).sample(mine, JUDGED_OF_A_RULE)  # noqa: S311 - a draw, not secrecy
    return sorted(drawn)


def table(rules: Sequence[tuple[str, str]], hits: Iterable[Hit], turns: Mapping[str, int]) -> list[Row]:
    """A row for each rule and side it listens to, those that never fired too."""
    mine: dict[tuple[str, str], list[Hit]] = {}
    for hit in hits:
        mine.setdefault((hit.rule, hit.side), []).append(hit)
    rows = []
    for rule, side in rules:
        found = mine.get((rule, side), [])
        rows.append(
            Row(
                rule,
                turns[side],
                len(found),
                _right([hit.judged for hit in found]),
                _right([hit.second for hit in found]),
                agreement(found),
            )
        )
    return rows


def agreement(hits: Iterable[Hit]) -> Agreement:
    """How far the judges agree on the hits that both judged."""
    return Agreement.of([(hit.judged, hit.second) for hit in hits if hit.judged and hit.second])


def _right(verdicts: Sequence[str]) -> Share:
    return Share(verdicts.count("right"), len(verdicts) - verdicts.count(""))


def markdown(rows: Iterable[Row]) -> str:
    """The table of the docs. Rules that never fired stand without a precision: it is not known."""
    lines = [
        "| 规则 rule | 句 n | 命中 hits | 判过 judged | 第一位 first | 第二位 second | 一致 agreed | κ |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        said = f"{row.agreed.same} / {row.agreed.n}" if row.agreed.n else ""
        kappa = "" if row.agreed.kappa is None else f"{row.agreed.kappa:.2f}"
        lines.append(
            f"| `{row.rule}` | {row.turns:,} | {row.hits} | {row.right.n or ''} "
            f"| {_precision(row.right)} | {_precision(row.second)} | {said} | {kappa} |"
        )
    return "\n".join(lines)


def _precision(right: Share) -> str:
    seen = right.interval
    return f"{right.hits}：{right.hits / right.n:.0%} [{seen.low:.0%}–{seen.high:.0%}]" if seen else "不知道"
