"""Reviews in the store: rows are added, read in their order, and linked to the findings of an evaluation."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from qa_service.core.reviews import Place, Review, Tally, Verdict
from qa_service.core.speech import Role
from qa_service.core.time import Span
from qa_service.stores.tables import evaluations, findings, reviews


def add(connection: sa.Connection, review: Review) -> None:
    """Keeps a verdict beside all earlier ones."""
    finding = review.finding
    connection.execute(
        reviews.insert().values(
            id=review.id,
            call_id=review.call_id,
            evaluation_id=review.evaluation_id,
            finding_id=finding.id,
            rule=finding.rule,
            role=finding.role.value,
            start_ms=finding.span.start_ms,
            end_ms=finding.span.end_ms,
            agent_id=review.agent_id,
            verdict=review.verdict.value,
            reason=review.reason,
            given_by=review.by,
            given_at=review.at,
            chain=review.chain,
        )
    )


def of_call(connection: sa.Connection, call_id: str) -> tuple[Review, ...]:
    """All verdicts about a call, oldest first."""
    query = sa.select(reviews).where(reviews.c.call_id == call_id).order_by(reviews.c.seq)
    return tuple(map(review_of, connection.execute(query)))


def places(connection: sa.Connection, evaluation_id: str) -> tuple[Place, ...]:
    """The findings of an evaluation, as reviews are linked to them."""
    query = sa.select(findings).where(findings.c.evaluation_id == evaluation_id)
    ordered = query.order_by(findings.c.start_ms, findings.c.id)
    return tuple(map(place_of, connection.execute(ordered)))


def place_of(row: Any) -> Place:
    """A row of findings as reviews are linked to it."""
    return Place(row.id, row.rule, Role(row.role), Span(row.start_ms, row.end_ms))


def given(connection: sa.Connection, evaluation_id: str) -> dict[str, Verdict]:
    """The verdicts that an evaluation was made with, by finding."""
    query = sa.select(findings.c.id, findings.c.verdict).where(
        findings.c.evaluation_id == evaluation_id, findings.c.verdict != ""
    )
    return {row.id: Verdict(row.verdict) for row in connection.execute(query)}


def tallies(connection: sa.Connection, rules: Collection[str]) -> dict[str, dict[str, Tally]]:
    """What people last said about each finding of these rules, by the digest of the rulebook that found it.

    The digest is empty where the evaluation is gone; rules of which nobody said anything are left out.
    """
    of_rules = reviews.c.rule.in_(rules)
    last = sa.select(sa.func.max(reviews.c.seq)).where(of_rules).group_by(reviews.c.chain)
    digest = sa.func.coalesce(evaluations.c.rulebook, "").label("digest")
    seen = reviews.outerjoin(evaluations, evaluations.c.id == reviews.c.evaluation_id)
    query = sa.select(
        reviews.c.rule,
        digest,
        _count_of(Verdict.CONFIRMED).label("confirmed"),
        _count_of(Verdict.DISMISSED).label("dismissed"),
    )
    last_said = query.select_from(seen).where(reviews.c.seq.in_(last))
    told: dict[str, dict[str, Tally]] = {}
    for row in connection.execute(last_said.group_by(reviews.c.rule, digest)):
        if (tally := Tally(row.confirmed, row.dismissed)).count:
            told.setdefault(row.rule, {})[row.digest] = tally
    return told


def _count_of(verdict: Verdict) -> sa.ColumnElement[int]:
    return sa.func.sum(sa.case((reviews.c.verdict == verdict.value, 1), else_=0))


def forget_words(connection: sa.Connection, call_id: str) -> None:
    """What people wrote goes with the words that they wrote about; the verdicts stay with the figures."""
    connection.execute(reviews.update().where(reviews.c.call_id == call_id).values(reason=""))


def forget_agents(connection: sa.Connection, call_id: str) -> None:
    """Whose part it was in goes where nothing is to lead back to them."""
    connection.execute(reviews.update().where(reviews.c.call_id == call_id).values(agent_id=""))


def review_of(row: Any) -> Review:
    """A row of reviews as a value."""
    return Review(
        id=row.id,
        call_id=row.call_id,
        evaluation_id=row.evaluation_id,
        finding=Place(row.finding_id, row.rule, Role(row.role), Span(row.start_ms, row.end_ms)),
        verdict=Verdict(row.verdict),
        reason=row.reason,
        by=row.given_by,
        at=row.given_at,
        chain=row.chain,
        agent_id=row.agent_id,
    )
