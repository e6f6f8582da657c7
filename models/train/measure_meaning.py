"""How well `means` finds other words for the same, beside `similar`, which compares characters.

    qa-service models pull use-multilingual
    python models/train/measure_meaning.py

Of models/train/meaning.yaml every rule's examples are written into a rule, and its other sentences are judged by it, as
an agent's or a customer's utterance of one sentence. Ordinary sentences are those of the authored dialogues in
tests/lab/data, each held against every rule: what is found in them was not meant. For each limit: how many of the other
words are found, how many of each kind of hard negatives, and how many ordinary sentences; the last two are alarms.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import yaml

from qa_service import bootstrap
from qa_service.core.calls import CallFacts
from qa_service.core.intervals import wilson
from qa_service.core.measured import PartName
from qa_service.core.speech import Role, Utterance
from qa_service.core.time import Span
from qa_service.detectors.base import Detector
from qa_service.detectors.means import Means, MeansRule
from qa_service.detectors.similar import Similar, SimilarRule
from qa_service.inference.sentences import UseEncoder
from qa_service.text.meaning import alike, directions
from qa_service.usecases.embed import embedded, vectors_of

HERE = Path(__file__).parent
DIALOGUES = HERE.parents[1] / "tests" / "lab" / "data"
LIMITS = (0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7)
KINDS = ("alike", "negation", "opposite", "words", "near", "ordinary")
_CHINESE, _LATIN = re.compile(r"[\u4e00-\u9fff]"), re.compile(r"[A-Za-z]{4}")
_SPEAKER = re.compile(r"^(?:坐席|客服|客户)[:：]\s*")


class Row(NamedTuple):
    """A sentence that is held against a rule."""

    rule: str
    kind: str
    said: Utterance


def main() -> None:
    """Prints a table per operator."""
    written = yaml.safe_load((HERE / "meaning.yaml").read_text("utf-8"))["rules"]
    encoder = UseEncoder(bootstrap.model_store().find("use-multilingual"))
    rows = list(_rows(written))
    meant = embedded([row.said for row in rows], encoder)
    rows = [row._replace(said=said) for row, said in zip(rows, meant, strict=True)]
    facts = CallFacts(parts=frozenset(part.value for part in PartName), encoder=encoder.name)

    def means(limit: float, unless: frozenset[str]) -> Detector:
        rules = tuple(
            MeansRule(r["id"], tuple(r["like"]), limit, (), Role(r["role"]), unless) for r in written
        )
        return Means(rules, vectors_of(Means(rules).sentences, encoder))

    def similar(limit: float) -> Detector:
        return Similar(
            tuple(SimilarRule(r["id"], tuple(r["like"]), limit, (), Role(r["role"])) for r in written)
        )

    def many(limit: float) -> Detector:
        """Every rule with its other words as examples too; a sentence is never its own (see `_found`)."""
        rules = tuple(
            MeansRule(r["id"], (*r["like"], *r["alike"]), limit, (), Role(r["role"])) for r in written
        )
        return Means(rules, vectors_of(Means(rules).sentences, encoder))

    _print_areas(rows, {r["id"]: vectors_of(r["like"], encoder).vectors for r in written})
    usual = MeansRule("", ()).unless
    _print("means", rows, facts, lambda limit: means(limit, usual))
    _print("means, unless: []", rows, facts, lambda limit: means(limit, frozenset()))
    _print("means, unless: [negated]", rows, facts, lambda limit: means(limit, frozenset({"negated"})))
    _print("means, ten examples", rows, facts, many)
    _print("similar", rows, facts, similar)


def _print_areas(rows: Sequence[Row], examples: Mapping[str, Sequence[bytes]]) -> None:
    """How often other words are nearer to an example than a hard negative, and than an ordinary sentence."""
    nearest: dict[str, list[float]] = {}
    for row in rows:
        if row.said.meanings:
            said = directions([one.vector for one in row.said.meanings])
            near = float(alike(said, directions(examples[row.rule])).max())
            nearest.setdefault(row.kind, []).append(near)
    wanted = np.array(nearest["alike"])
    for name, kinds in (("hard negatives", KINDS[1:-1]), ("ordinary", KINDS[-1:])):
        others = np.array([near for kind in kinds for near in nearest[kind]])
        print(f"AUC against {name}: {(wanted[:, None] > others).mean():.3f} ({len(wanted)} × {len(others)})")


def _print(name: str, rows: Sequence[Row], facts: CallFacts, detector: Callable[[float], Detector]) -> None:
    counts = {kind: sum(row.kind == kind for row in rows) for kind in KINDS}
    print(f"\n{name}: " + ", ".join(f"{kind} {count}" for kind, count in counts.items()))
    for limit in LIMITS:
        found = _found(rows, facts, detector(limit))
        told = []
        for kind in KINDS:
            sure = wilson(found[kind], counts[kind])
            told.append(
                f"{kind} {found[kind]} = {found[kind] / counts[kind]:.1%} ({sure.low:.1%}–{sure.high:.1%})"
            )
        print(f"  {limit:.2f}  " + "; ".join(told))


def _found(rows: Sequence[Row], facts: CallFacts, detector: Detector) -> Mapping[str, int]:
    run, found = detector.start(facts), dict.fromkeys(KINDS, 0)
    for row in rows:
        own = _without(detector, row.said.text).start(facts) if row.kind == "alike" else run
        found[row.kind] += any(tag.label == row.rule for tag in own.hear(row.said))
    return found


def _without(detector: Detector, text: str) -> Detector:
    """The same detector, its rules without this example."""
    if not isinstance(detector, Means):
        return detector
    rules = tuple(replace(rule, like=tuple(x for x in rule.like if x != text)) for rule in detector.rules)
    return replace(detector, rules=rules)


def _rows(written: Sequence[Mapping[str, Any]]) -> Iterator[Row]:
    ordinary = sorted(set(_sentences()))
    for rule in written:
        role = Role(rule["role"])
        kinds = {"alike": rule["alike"], **rule["unlike"], "ordinary": ordinary}
        for kind, sentences in kinds.items():
            yield from (Row(rule["id"], kind, _said(text, role)) for text in sentences)


def _said(text: str, role: Role) -> Utterance:
    return Utterance("u", Span(0, 250 * len(text)), role.value, text, role=role, role_confidence=1.0)


def _sentences() -> Iterator[str]:
    """The Chinese lines of the dialogues, without who says them."""
    for file in sorted(DIALOGUES.glob("*.yaml")):
        yield from _strings(yaml.safe_load(file.read_text("utf-8")))


def _strings(node: object) -> Iterator[str]:
    if isinstance(node, str) and len(node) > 4 and _CHINESE.search(node) and not _LATIN.search(node):
        yield _SPEAKER.sub("", node)
    elif isinstance(node, dict | list):
        for part in node.values() if isinstance(node, dict) else node:
            yield from _strings(part)


if __name__ == "__main__":
    main()
