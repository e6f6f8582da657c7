"""Reads the program's own source and finds every code that people may be shown, with the values it passes."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import qa_service
from qa_service.asr import guard
from qa_service.core import errors
from qa_service.core.calls import ParticipantKind
from qa_service.detectors import contrast, emotion_course, said_personal
from qa_service.detectors.service import ServiceActs
from qa_service.rulebook import explain, limits, slips
from qa_service.text.feeling_words import Feeling
from qa_service.text.numbers import NumberKind
from qa_service.usecases import publish_draft

_ROOT = Path(qa_service.__file__).parent
_ERRORS = {name for name, kind in vars(errors).items() if isinstance(kind, type) and name != "RulebookError"}
#: Denials of the web (web/denials.py) are errors too.
_ERRORS |= {"Denied"}
#: Codes that only stored findings have, by the version of the detector that last told them.
STORED = {"reason.phrases.near": "phrases@2"}
#: Codes that are put together when the program runs: file, the expression, and what it can be.
BUILT: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("detectors/crosstalk.py", "self.settings.name"): ("crosstalk.interruption", "crosstalk.overlap"),
    ("detectors/pace.py", "self.settings.name"): ("pace.fast", "pace.slow", "pace.jump"),
    ("detectors/loudness.py", "f'loudness.{side}_{self.to}'"): tuple(
        f"loudness.{side}_{to}" for side in ("louder", "quieter") for to in contrast.TO
    ),
    ("detectors/pitch.py", "f'pitch.{side}_{self.to}'"): tuple(
        f"pitch.{side}_{to}" for side in ("higher", "lower") for to in contrast.TO
    ),
    ("detectors/who_spoke.py", "f'{settings.name}_{edge.role}'"): (
        *("call.first_speaker_agent", "call.first_speaker_customer"),
        *("call.last_speaker_agent", "call.last_speaker_customer"),
    ),
    ("detectors/who_spoke.py", "f'{self.settings.name}_{self.settings.by}'"): tuple(
        f"call.hung_up_{kind}" for kind in ParticipantKind
    ),
    ("detectors/said_number.py", "f'said_number.{hit.kind}'"): tuple(
        f"said_number.{kind}" for kind in NumberKind
    ),
    ("detectors/said_personal.py", "f'said_personal.{pieces[0].kind}'"): tuple(
        f"said_personal.{kind}" for kind in said_personal.KINDS
    ),
    ("detectors/emotion.py", "f'emotion.{surest.feeling}'"): tuple(f"emotion.{kind}" for kind in Feeling),
    ("detectors/emotion_course.py", "f'emotion_course.{settings.course}'"): tuple(
        f"emotion_course.{course}" for course in emotion_course.COURSES
    ),
    ("detectors/answers_differ.py", "f'answers_differ.{found.kind}'"): tuple(
        f"answers_differ.{kind}" for kind in ("days", "yuan", "percent")
    ),
    ("rules/match.py", "f'absent.{edge}'"): ("absent.first", "absent.last"),
    ("rules/match.py", "f'absent.{edge}_utterances'"): ("absent.first_utterances", "absent.last_utterances"),
    ("rules/match.py", "f'absent.{edge}_share'"): ("absent.first_share", "absent.last_share"),
    ("detectors/allowance.py", "UNDECIDED"): ("undecided.too_common",),
    ("rules/find.py", "DOUBT"): ("doubt.too_common",),
    ("usecases/why/explained.py", "TOO_COSTLY"): ("undecided.too_costly",),
    ("usecases/why/explained.py", "UNDECIDED"): ("undecided.too_common",),
    ("pipeline/unanswered.py", "why"): ("undecided.too_common", "undecided.too_costly"),
    ("turns/belief.py", "ROLES_CONTRADICTED"): ("roles_contradicted",),
    ("detectors/service.py", "label"): tuple(ServiceActs.labels),
    ("asr/guard.py", "reason"): guard._HARM,
    ("asr/guard.py", "unheard"): (),  # handed through
    ("asr/guard.py", "doubtful"): (),
    ("measures/quality.py", "code"): ("bad_snr", "clipped", "dropouts"),
    ("turns/prompts.py", "code"): (),  # the wordings of machine_wording.py, found there
    ("usecases/measure.py", "f'unreliable.{result.doubtful}'"): (),  # the recognisers' words, found there
    ("usecases/lanes.py", "f'unreliable.{bad.because.code}'"): (),  # the faults of measures/quality.py
    ("exports/document.py", "said.unreliable"): (),  # stored by measure
    ("exports/document_call.py", "f'unheard.{u.reason}'"): (),  # the recognisers' words, found there
    ("rules/rule.py", "f'not_applicable.clocks_{facts.clocks}'"): (
        "not_applicable.clocks_unproven",
        "not_applicable.clocks_doubted",
    ),
    ("web/errors.py", "code"): (
        *("request_invalid", "not_found", "method_not_allowed", "upload_too_slow", "upload_too_large"),
        "request_refused",
    ),
    ("usecases/revise.py", "code"): (),  # kept with an evaluation, found where it was made
    ("usecases/revise.py", "wire['code']"): (),
    ("usecases/ends.py", "code"): (),  # how work ended, found where it does
    ("rulebook/places.py", "f'rulebook_{code}'"): (),  # `place.error(code, …)`, found where it is called
    ("rulebook/places.py", "error.code"): (),  # handed through
    ("usecases/publish_draft.py", "_CODES[rise.was is None, said.of_others > 0]"): tuple(
        publish_draft._CODES.values()
    ),
    ("rulebook/answer_files.py", "one.code"): (),  # handed through
    ("text/pattern_check.py", "f'rulebook_pattern_{refused.code}'"): (),  # listed by `written_form`
    ("audio/problems.py", "loss.kind"): (),  # the losses, found where they are made
}
#: Reasons that only ever stand as "unreliable" (usecases/lanes.py), without their values.
_FAULTS = "measures/quality.py"
#: Losses whose kind is chosen by a function of its own (audio/decode.py: _kind).
LOSSES = ("damaged", "gap")


@dataclass(frozen=True, slots=True)
class Use:
    """A code in the source: which family of sentences it belongs to and the names of its values."""

    family: str
    code: str
    values: frozenset[str]
    place: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """An expression for a code that nobody listed in BUILT."""

    place: tuple[str, str]


@cache
def uses() -> tuple[Use | Unknown, ...]:
    """Every use of a code in the package."""
    found = tuple(use for file in sorted(_ROOT.rglob("*.py")) for use in _in_file(file))
    return (*found, *written_form())


def _in_file(file: Path) -> Iterator[Use | Unknown]:
    name = file.relative_to(_ROOT).as_posix()
    tree = ast.parse(file.read_text("utf-8"))
    constants = _constants(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from _in_rulebooks(name, node)
            for family, code, values in (*_calls(node), *_of_books(node), *_clues(node)):
                use = Use(family, "", values, f"{name}:{node.lineno}")
                if name == _FAULTS and family == "reason":
                    use = replace(use, family="reason.unreliable", values=frozenset())
                yield from _resolved(name, use, code, constants)


def _in_rulebooks(file: str, node: ast.Call) -> Iterator[Use]:
    """`place.error(code, …)`, `place.unknown(code, …)` and refusals of the written form."""
    first = node.args[0] if node.args else None
    if not file.startswith("rulebook/") or not isinstance(first, ast.Constant):
        return
    if not isinstance(first.value, str):
        return
    called, code = ast.unparse(node.func).split(".")[-1], f"rulebook_{first.value}"
    place = f"{file}:{node.lineno}"
    if called in ("error", "refusal"):
        values = {k.arg for k in node.keywords if k.arg}
        yield Use("error", code, frozenset(values), place)
    elif called == "unknown":
        yield Use("error", code, frozenset({"word", "known"}), place)
        yield Use("error", f"{code}_like", frozenset({"word", "known", "like"}), place)


def written_form() -> Iterator[Use]:
    """What rulebook.explain makes of pydantic's kinds of failures, rulebook.slips of the YAML parser's, and the
    pattern check of an engine's.
    """
    values = frozenset({"word", "why", "limit"})
    for code in (
        "lookaround",
        "backreference",
        "possessive",
        "conditional",
        "repeats",
        "syntax",
        "silent",
        "large",
        "wide",
        "never",
        "border",
    ):
        yield Use("error", f"rulebook_pattern_{code}", frozenset({"word", "why"}), "text/pattern_check.py")
    for what in limits.MOST:
        yield Use("error", f"rulebook_rule_{what}", frozenset({"most"}), "rulebook/limits.py")
    for code in ["value", *(code for code, _, _ in explain._KINDS.values())]:
        yield Use("error", f"rulebook_{code}", values, "rulebook/explain.py")
    for code in slips.TELLS:
        told = frozenset({"word", "row", "column", "why"})
        yield Use("error", f"rulebook_{code}", told, "rulebook/slips.py")


def _calls(node: ast.Call) -> Iterator[tuple[str, ast.expr, frozenset[str]]]:
    """(family, the expression of the code, names of the values) of a call that speaks to people."""
    called, names = ast.unparse(node.func), frozenset(k.arg for k in node.keywords if k.arg)
    first = node.args[0] if node.args else None
    if called in ("Reason", "Reason.of"):
        if first is not None:
            yield "reason", first, names
    elif called == "Problem" and first is not None:
        yield "problem", first, frozenset({"seconds", "leg", *_detail(node)})
    elif called in _ERRORS and first is not None:
        yield "error", first, names | {"problem", "fix"}
    elif called == "_wording" and first is not None:
        yield "reason", first, frozenset()
    elif called == "Doubt" and len(node.args) == 3:
        yield "reason", node.args[2], frozenset()
    elif called in ("Heard", "_heard"):
        yield from _heard(node)


def _of_books(node: ast.Call) -> Iterator[tuple[str, ast.expr, frozenset[str]]]:
    """`RulebookError(code=…)`, as what is not read by `rulebook` raises it."""
    if ast.unparse(node.func) == "RulebookError":
        names = frozenset(k.arg for k in node.keywords if k.arg)
        yield from (("error", k.value, names) for k in node.keywords if k.arg == "code")


def _clues(node: ast.Call) -> Iterator[tuple[str, ast.expr, frozenset[str]]]:
    """`Clue.of(…)`, which explains an example; what it is about is told in words as `what`."""
    if ast.unparse(node.func) == "Clue.of" and node.args:
        names = (k.arg for k in node.keywords if k.arg)
        yield "why", node.args[0], frozenset("what" if name == "about" else name for name in names)


def _heard(node: ast.Call) -> Iterator[tuple[str, ast.expr, frozenset[str]]]:
    """The words with which a recogniser says that it heard nothing, or nothing it trusts."""
    given = dict(zip(("unheard", "doubtful"), node.args[1:3], strict=False))
    given |= {k.arg: k.value for k in node.keywords if k.arg in ("unheard", "doubtful")}
    for name, family in (("unheard", "reason.unheard"), ("doubtful", "reason.unreliable")):
        for part in _branches(given[name]) if name in given else ():
            if not (isinstance(part, ast.Constant) and part.value == ""):
                yield family, part, frozenset()


def _branches(node: ast.expr) -> Iterator[ast.expr]:
    if isinstance(node, ast.IfExp):
        yield from (*_branches(node.body), *_branches(node.orelse))
    else:
        yield node


def _detail(node: ast.Call) -> Iterator[str]:
    """`detail=f"channel={channel}"` passes `channel`."""
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str) and part.value.endswith("="):
            yield part.value[:-1]


def _resolved(file: str, use: Use, code: ast.expr, constants: Mapping[str, str]) -> Iterator[Use | Unknown]:
    if isinstance(code, ast.IfExp):
        for branch in (code.body, code.orelse):
            yield from _resolved(file, use, branch, constants)
    elif isinstance(code, ast.Constant) and isinstance(code.value, str):
        yield replace(use, code=code.value)
    elif isinstance(code, ast.Name) and code.id in constants:
        yield replace(use, code=constants[code.id])
    elif (file, ast.unparse(code)) in BUILT:
        for known in BUILT[file, ast.unparse(code)]:
            yield replace(use, code=known)
    elif not (file.startswith("core/") or isinstance(code, ast.Starred)):
        yield Unknown((file, ast.unparse(code)))


def _constants(tree: ast.Module) -> dict[str, str]:
    """Module-level names that are strings, also `A, B = "a", "b"`."""
    found: dict[str, str] = {}
    for node in tree.body:
        if not isinstance(node, ast.Assign) or len(node.targets) != 1:
            continue
        names = node.targets[0].elts if isinstance(node.targets[0], ast.Tuple) else [node.targets[0]]
        values = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
        for name, value in zip(names, values, strict=False):
            if (
                isinstance(name, ast.Name)
                and isinstance(value, ast.Constant)
                and isinstance(value.value, str)
            ):
                found[name.id] = value.value
    return found
