"""Three sentences that say what a reader must know: what was found, the score, and what to do."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from qa_service.exports import wire
from qa_service.exports.moments import headline_ms
from qa_service.exports.words import clock, number
from qa_service.i18n.catalogue import Catalogue

_RANK = {"critical": 3, "major": 2, "minor": 1, "info": 0}


def summary(document: wire.WireAssessment, texts: Catalogue) -> list[str]:
    """The head of a report, as sentences."""
    if document.status == "not_scorable":
        return [
            texts.say("summary.not_scorable", because=_because(document)),
            texts.say("summary.not_scorable_what_now"),
        ]
    return [_found(document, texts), _scored(document, texts), _next(document, texts)]


def lost_points(document: wire.WireAssessment, texts: Catalogue) -> str:
    """The criteria that were not met, with their points, in one line; empty where all were."""
    lost = (
        f"{answer.title} {number(answer.points)}/{number(answer.max_points)}"
        + (f" {texts.say('report.fatal')}" if answer.fatal else "")
        for evaluation in document.evaluations
        for answer in evaluation.answers
        if answer.answer == "not_met"
    )
    return texts.say("report.between").join(dict.fromkeys(lost))


def headline_score(evaluation: wire.WireEvaluation | None) -> str:
    """The score, or the range it will fall in once a person has decided what the machine would not.

    A dash while nothing at all could be answered.
    """
    if evaluation is None or evaluation.score is None:
        return number(None)
    low, high = evaluation.lowest_score, evaluation.score
    if low is not None and low < high:
        return f"{number(low)}–{number(high)}"
    return number(high)


def _found(document: wire.WireAssessment, texts: Catalogue) -> str:
    worst = worst_moment(document)
    if worst is None:
        return _found_nothing(document, texts)
    at = clock(headline_ms(document, worst))
    return texts.say("summary.found", count=len(document.moments), worst=worst.title, time=at)


def _found_nothing(document: wire.WireAssessment, texts: Catalogue) -> str:
    """Nothing at all, nothing in what could be judged, or nothing could be judged."""
    if _has_no_score(document):
        because = _because(document)
        key = "summary.nothing_judged_because" if because else "summary.nothing_judged"
        return texts.say(key, because=because)
    return texts.say(
        "summary.nothing_found_in_part" if document.status == "partial" else "summary.nothing_found"
    )


def _scored(document: wire.WireAssessment, texts: Catalogue) -> str:
    if len(document.evaluations) > 1:
        return texts.say("summary.scores", scores=texts.say("report.between").join(_each(document, texts)))
    evaluation = document.evaluation
    if evaluation is None or evaluation.score is None:
        return texts.say("summary.no_score")
    waiting = sum(answer.answer == "undecided" for answer in evaluation.answers)
    key = "summary.score_waiting" if waiting else "summary.score"
    return texts.say(
        key, score=headline_score(evaluation), waiting=waiting, outcome=_outcome(evaluation, texts)
    )


def _each(document: wire.WireAssessment, texts: Catalogue) -> Iterable[str]:
    """The score of every agent who took part."""
    for number_, evaluation in enumerate(document.evaluations, start=1):
        yield texts.say(
            "summary.score_of",
            agent=evaluation.agent_id or number_,
            score=headline_score(evaluation),
            outcome=_outcome(evaluation, texts),
        )


def outcome_key(evaluation: wire.WireEvaluation) -> str:
    """`passed`, `failed`, or `open` where a person's answer can still change it."""
    if evaluation.passed is None:
        return "open"
    return "passed" if evaluation.passed else "failed"


def call_outcome(status: str, passed: Collection[bool | None]) -> str:
    """A key of texts: how a call ended, the strictest of several agents' outcomes first."""
    if status == "not_scorable":
        return "outcome.not_scorable"
    if False in passed:
        return "outcome.failed"
    return "outcome.passed" if passed and None not in passed else "outcome.open"


def worst_moment(document: wire.WireAssessment) -> wire.WireMoment | None:
    """The moment to listen to first: the most severe, the earliest of several; None where there is none."""
    return max(document.moments, key=lambda m: (_RANK[m.severity], -m.start_ms), default=None)


def people_decide(document: wire.WireAssessment) -> int:
    """How many findings wait for a person."""
    return sum(finding.needs_human for finding in document.findings)


def awaited(document: wire.WireAssessment) -> int:
    """How much waits for a person: findings, and criteria that nobody can answer without one of them."""
    waiting = {finding.criterion for finding in document.findings if finding.needs_human}
    answers = (answer for evaluation in document.evaluations for answer in evaluation.answers)
    return people_decide(document) + sum(
        answer.answer == "undecided" and answer.criterion not in waiting for answer in answers
    )


def _outcome(evaluation: wire.WireEvaluation, texts: Catalogue) -> str:
    return texts.say(f"outcome.{outcome_key(evaluation)}")


def _next(document: wire.WireAssessment, texts: Catalogue) -> str:
    waiting = {finding.id for finding in document.findings if finding.needs_human}
    places = sum(bool(waiting & set(moment.findings)) for moment in document.moments)
    if places:
        return texts.say("summary.needs_human", count=places)
    if document.coaching:
        return texts.say("summary.coaching", count=len(document.coaching))
    return _nothing_found(document, texts)


def _nothing_found(document: wire.WireAssessment, texts: Catalogue) -> str:
    """There is only nothing to do where everything could be judged."""
    waiting = sum(answer.answer == "undecided" for each in document.evaluations for answer in each.answers)
    if _has_no_score(document):
        return texts.say("summary.no_score_what_now")
    if waiting:
        return texts.say("summary.undecided", count=waiting)
    if document.status == "partial":
        return texts.say("summary.incomplete", because=_because(document))
    return texts.say("summary.no_action")


def _has_no_score(document: wire.WireAssessment) -> bool:
    return any(each.score is None for each in document.evaluations) or not document.evaluations


def _because(document: wire.WireAssessment) -> str:
    return "；".join(reason.text for reason in document.status_because)
