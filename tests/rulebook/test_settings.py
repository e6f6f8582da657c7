"""Settings of detectors: what authors write becomes fields of the right kind, or is refused (test_errors)."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, ClassVar

import pytest

from qa_service.core.calls import CallFacts
from qa_service.core.errors import RulebookError
from qa_service.detectors.base import Deaf, DetectorRun
from qa_service.detectors.registry import BY_LABEL
from qa_service.rulebook.bounds import BOUNDS
from qa_service.rulebook.durations import parse_duration_ms, parse_steps
from qa_service.rulebook.places import Place
from qa_service.rulebook.settings import configure

_SHIPPED = sorted({kind.name: kind for kind in BY_LABEL.values()}.items())
_HERE = Place("demo.yaml", ("detectors", "x"))


@dataclass(frozen=True)
class _Every:
    """One setting of every kind."""

    name: ClassVar[str] = "every"
    version: ClassVar[str] = "1"
    labels: ClassVar[tuple[str, ...]] = ()
    needs: ClassVar[frozenset[str]] = frozenset()

    count: int = 1
    ratio: float = 0.5
    limit_ms: int = 8_000
    word: str = "好"
    on: bool = False
    words: tuple[str, ...] = ()
    maybe: float | None = None

    def __post_init__(self) -> None:
        if self.count > 9:
            raise ValueError("count is 9 at most")

    def start(self, facts: CallFacts) -> DetectorRun:
        return Deaf()


@pytest.mark.parametrize(
    ("written", "made"),
    [
        pytest.param({}, _Every(), id="defaults"),
        pytest.param({"count": 2}, _Every(count=2), id="a whole number"),
        pytest.param({"ratio": 1}, _Every(ratio=1.0), id="a whole number where any is meant"),
        pytest.param({"limit": "8s"}, _Every(limit_ms=8_000), id="a duration"),
        pytest.param({"limit": "0.8s"}, _Every(limit_ms=800), id="a fraction of a second"),
        pytest.param({"limit_ms": 800}, _Every(limit_ms=800), id="milliseconds by name"),
        pytest.param({"limit_ms": "2m"}, _Every(limit_ms=120_000), id="a duration by the field's name"),
        pytest.param({"words": ["甲", "乙"]}, _Every(words=("甲", "乙")), id="a list"),
        pytest.param({"on": True, "word": "行"}, _Every(on=True, word="行"), id="yes and a word"),
        pytest.param({"maybe": 0.2}, _Every(maybe=0.2), id="given where it may be left out"),
        pytest.param({"maybe": None}, _Every(), id="left out on purpose"),
    ],
)
def test_what_is_written_becomes_a_field(written: dict[str, Any], made: _Every) -> None:
    configured = configure(_Every, written, _HERE)

    assert isinstance(configured, _Every)
    assert configured == made
    assert isinstance(configured.ratio, float)


@pytest.mark.parametrize(
    "written",
    [
        {"count": 1.5},
        {"count": True},
        {"count": "2"},
        {"count": 10},
        {"ratio": "half"},
        {"ratio": -0.1},
        {"ratio": float("nan")},
        {"limit": 8},
        {"limit": "8 sec"},
        {"limit_ms": -1},
        {"limit_ms": True},
        {"words": ["甲", 2]},
        {"words": "甲"},
        {"on": 1},
        {"word": None},
        {"name": "other"},
        {"cuont": 2},
        {"count_ms": 2},
    ],
    ids=str,
)
def test_what_does_not_fit_is_refused(written: dict[str, Any]) -> None:
    with pytest.raises(RulebookError) as refusal:
        configure(_Every, written, _HERE)

    assert refusal.value.where.startswith("demo.yaml: detectors.x")


@pytest.mark.parametrize("label", sorted(BY_LABEL))
def test_every_shipped_detector_can_be_set_with_its_defaults(label: str) -> None:
    kind = BY_LABEL[label]

    assert configure(kind, {}, _HERE) == kind()


@pytest.mark.parametrize(
    ("text", "milliseconds"),
    [("800ms", 800), ("8s", 8_000), ("1.5 s", 1_500), ("2m", 120_000), ("1h", 3_600_000),
     ("8", None), ("30 sec", None), ("-1s", None), ("", None), (8, None), ("1s2", None)],
)  # fmt: skip
def test_durations(text: object, milliseconds: int | None) -> None:
    assert parse_duration_ms(text) == milliseconds


@pytest.mark.parametrize(
    ("text", "steps"),
    [("2 utterances", 2), ("1 utterance", 1), ("3句", 3), ("0 句", 0), ("2", None), ("8s", None), (2, None)],
)
def test_distances_in_utterances(text: object, steps: int | None) -> None:
    assert parse_steps(text) == steps


@pytest.mark.parametrize(("name", "kind"), _SHIPPED, ids=[name for name, _ in _SHIPPED])
def test_every_quantity_of_a_shipped_detector_has_bounds_around_its_default(
    name: str, kind: type[Any]
) -> None:
    made = kind()
    numbers = {
        field.name: getattr(made, field.name)
        for field in dataclasses.fields(kind)
        if isinstance(getattr(made, field.name), int | float)
    }

    assert set(BOUNDS[name]) == set(numbers)
    assert {f: n for f, n in numbers.items() if not BOUNDS[name][f][0] <= n <= BOUNDS[name][f][1]} == {}


@pytest.mark.parametrize(
    ("label", "key", "value", "says"),
    [
        pytest.param("pace.fast", "limit_cpm", 0, "0 is not between 60 and 900", id="everybody is fast"),
        pytest.param("pace.fast", "limit_cpm", 32_000, "32000 is not", id="two noughts too many"),
        pytest.param("pace.jump", "ratio", 1.0, "1 is not between 1.05 and 5", id="no jump at all"),
        pytest.param("silence.long", "limit", "0s", "0s is not between 500ms and 600s", id="every pause"),
        pytest.param("silence.long", "limit", "2h", "7200s is not", id="hours of silence"),
        pytest.param("tone.raised_voice", "rise_db", 0, "0 is not between 1 and 40", id="no rise"),
        pytest.param("hedging.evasion", "alike", 0, "0 is not between 0.3 and 1", id="all questions alike"),
        pytest.param("service.apology_only", "times", 1, "1 is not between 2 and 20", id="one is no row"),
    ],
)
def test_a_setting_that_means_nothing_is_refused_with_its_place(
    label: str, key: str, value: object, says: str
) -> None:
    with pytest.raises(RulebookError) as refused:
        configure(BY_LABEL[label], {key: value}, Place("demo.yaml", ("detectors", label)))

    assert refused.value.where == f"demo.yaml: detectors.{label}.{key}"
    assert refused.value.code == "rulebook_setting_range"
    assert says in refused.value.problem
    assert refused.value.fix.startswith("Write a value from")


@pytest.mark.parametrize(
    ("label", "key", "value"),
    [("pace.fast", "limit_cpm", 60), ("pace.fast", "limit_cpm", 900), ("silence.long", "limit", "500ms")],
)
def test_the_bounds_themselves_are_allowed(label: str, key: str, value: object) -> None:
    assert configure(BY_LABEL[label], {key: value}, _HERE) is not None
