"""The port `Reviews`: a verdict, the evaluation that follows it, the notice and the audit entry at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from qa_service.core.because import because
from qa_service.core.errors import UsageError
from qa_service.core.people import Asked
from qa_service.core.reviews import Review, Tally, Verdict, VerdictToGive, acting
from qa_service.ports.reviewing import LinkedReview
from qa_service.stores import audit, call_row, calls, deliveries, readers, retention, reviews, revisions
from qa_service.stores.engine import reading
from qa_service.stores.ids import new_id
from qa_service.stores.own_findings import hangs_on_told, is_in_part
from qa_service.stores.revisions import Reviser
from qa_service.stores.tables import evaluations, findings
from qa_service.stores.tables import reviews as review_rows
from qa_service.stores.workbench import Shelves


@dataclass(frozen=True, slots=True)
class StoreReviews:
    """Reviews as people give and read them."""

    shelves: Shelves
    reviser: Reviser

    def give(self, asked: Asked, call_id: str, finding_id: str, given: VerdictToGive) -> Review | None:
        """Says it about a finding of a current evaluation."""
        if given.verdict is Verdict.DISMISSED:
            because(given.reason)
        if not self._take_books(asked, call_id):
            return None
        with self.shelves.engine.begin() as connection:
            if calls.hold(connection, call_id, asked.caller.sight) is None:
                return None
            row = _finding(connection, call_id, finding_id)
            if row is None:
                return None
            retention.refuse_deleted(connection, call_id)
            before = _acting(connection, call_id, row)
            if before is not None and _is_the_same(before, given, asked):
                return before  # sent twice, whatever it expected
            _check(given, before)
            review = _review(asked, row, given, before, now=self.shelves.now())
            self._keep(connection, asked, review)
            return review

    def of_call(self, asked: Asked, call_id: str) -> Sequence[LinkedReview] | None:
        """Every verdict about a call; to agents those about their own part."""
        with reading(self.shelves.engine) as connection:
            if calls.find(connection, call_id, asked.caller.sight) is None:
                return None
            said = reviews.of_call(connection, call_id)
            acts = {
                review.id: finding
                for evaluation in _current(connection, call_id)
                for finding, review in acting(said, reviews.places(connection, evaluation)).items()
            }
            shown = _shown(connection, asked, call_id)
        return [LinkedReview(one, acts.get(one.id, "")) for one in reversed(said) if one.id in shown]

    def tallies(self, rules: Collection[str]) -> Mapping[str, Mapping[str, Tally]]:
        """What people last said about each finding of these rules, by the digest of the rulebook that found it."""
        with reading(self.shelves.engine) as connection:
            return reviews.tallies(connection, rules)

    def _take_books(self, asked: Asked, call_id: str) -> bool:
        """Reads the rulebooks before anything is held, for that takes longest; answers whether one sees the call."""
        with reading(self.shelves.engine) as connection:
            if calls.find(connection, call_id, asked.caller.sight) is None:
                return False
            kept = evaluations.c
            query = sa.select(kept.rulebook_name, kept.rulebook)
            rows = connection.execute(query.where(kept.call_id == call_id, kept.is_current.is_(True))).all()
        for row in rows:
            self.reviser.book(row.rulebook_name, row.rulebook)
        return True

    def _keep(self, connection: sa.Connection, asked: Asked, review: Review) -> None:
        was = call_row.listed(connection, review.call_id)
        reviews.add(connection, review)
        if revisions.renew(connection, review.call_id, self.reviser, now=review.at):
            news = call_row.news(connection, review.call_id)
            deliveries.announce(connection, "evaluation.reviewed", news, now=review.at)
        score = call_row.listed(connection, review.call_id)
        detail = {
            "review": review.id,
            "finding": review.finding.id,
            "verdict": review.verdict.value,
            "score": [was.score, score.score],
            "passed": [was.passed, score.passed],
        }
        entry = audit.Entry(asked.caller.id, "review", f"call:{review.call_id}", detail, asked.request_id)
        audit.write(connection, entry, now=review.at)


def _finding(connection: sa.Connection, call_id: str, finding_id: str) -> Any:
    """The finding in a current evaluation, the listed one first."""
    query = (
        sa.select(findings)
        .join(evaluations, evaluations.c.id == findings.c.evaluation_id)
        .where(
            findings.c.call_id == call_id,
            findings.c.id == finding_id,
            evaluations.c.is_current.is_(True),
            # What a person made whole is that person's word.
            sa.or_(evaluations.c.origin != "human", evaluations.c.machine_id != ""),
        )
        .order_by(evaluations.c.is_listed.desc())
    )
    return connection.execute(query.limit(1)).first()


def _acting(connection: sa.Connection, call_id: str, row: Any) -> Review | None:
    said = reviews.of_call(connection, call_id)
    return acting(said, reviews.places(connection, row.evaluation_id)).get(row.id)


def _check(given: VerdictToGive, before: Review | None) -> None:
    last = "" if before is None else before.id
    if given.expects is not None and given.expects != last:
        raise UsageError(
            "reviewed_meanwhile",
            where="expects",
            problem="somebody else has reviewed this finding since",
            fix="Read the reviews again and decide anew",
        )
    nothing = before is None or before.verdict is Verdict.WITHDRAWN
    if given.verdict is Verdict.WITHDRAWN and nothing:
        raise UsageError(
            "nothing_to_withdraw",
            where="verdict",
            problem="nobody has said anything about this finding",
            fix="Confirm or dismiss it",
        )


def _is_the_same(before: Review, given: VerdictToGive, asked: Asked) -> bool:
    said = (before.by, before.verdict, before.reason)
    return said == (asked.caller.id, given.verdict, given.reason.strip())


def _review(asked: Asked, row: Any, given: VerdictToGive, before: Review | None, *, now: datetime) -> Review:
    made = new_id(now)
    return Review(
        id=made,
        call_id=row.call_id,
        evaluation_id=row.evaluation_id,
        finding=reviews.place_of(row),
        verdict=given.verdict,
        reason=given.reason.strip(),
        by=asked.caller.id,
        at=now,
        chain=made if before is None else before.chain,
        agent_id=row.agent_id,
    )


def _current(connection: sa.Connection, call_id: str) -> Sequence[str]:
    kept = evaluations.c
    query = sa.select(kept.id).where(kept.call_id == call_id, kept.is_current.is_(True))
    return connection.execute(query.order_by(kept.is_listed)).scalars().all()


def _shown(connection: sa.Connection, asked: Asked, call_id: str) -> frozenset[str]:
    """The reviews that may be read: an agent's own part's, of what agents are told."""
    agent = readers.agent_of(asked.caller.sight)
    own = [is_in_part(review_rows, agent), hangs_on_told(review_rows)] if agent else []
    query = sa.select(review_rows.c.id).where(review_rows.c.call_id == call_id, *own)
    return frozenset(connection.execute(query).scalars())
