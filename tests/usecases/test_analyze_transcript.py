"""A transcript is judged by its words, and believed about who spoke."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from qa_service.core.calls import Envelope
from qa_service.core.errors import EnvelopeError
from qa_service.core.speech import Role
from qa_service.pipeline.assessment import Assessment
from qa_service.usecases.analyze import Request
from qa_service.usecases.measured_file import pack, unpack
from tests.usecases.analysts import MIS_SOLD, analyst, rules

#: The agent asks a colleague while the customer waits.
CONSULTED: Mapping[str, object] = {
    "participants": [
        {"id": "a1", "kind": "agent", "from_ms": 0, "to_ms": 20_000},
        {"id": "a2", "kind": "agent", "from_ms": 11_000, "to_ms": 18_000},
    ],
    "events": [{"kind": "hold", "at_ms": 11_500}, {"kind": "unhold", "at_ms": 17_900}],
}


class TestATranscript:
    def text(self, envelope: Mapping[str, object] | None = None) -> str:
        roles = ("agent", "customer", "agent", "customer")
        said = [
            {"id": f"u{n}", "role": role, "start_ms": 6_000 * n, "end_ms": 6_000 * n + 5_000, "text": text}
            for n, (role, text) in enumerate(zip(roles, MIS_SOLD, strict=True))
        ]
        return json.dumps({"call_id": "t", "envelope": dict(envelope or {}), "utterances": said})

    def judged(self, text: str, envelope: Envelope | None = None) -> Assessment:
        return analyst().transcript(text, source="t.json", timezone="UTC", envelope=envelope).assessment

    def test_is_judged_by_its_words(self) -> None:
        assessment = self.judged(self.text())

        assert "guaranteed-return" in rules(assessment)
        assert not any(finding.needs_human for finding in assessment.findings)

    def test_is_believed_about_roles(self) -> None:
        roles = self.judged(self.text()).roles

        assert {(r.speaker, r.role, r.confidence) for r in roles.speakers} == {
            ("agent", Role.AGENT, 1.0),
            ("customer", Role.CUSTOMER, 1.0),
        }

    def test_brings_its_envelope(self) -> None:
        assert self.judged(self.text({"call_id": "e", "line": "l"})).measured.call_id == "e"

    def test_may_get_another_envelope(self) -> None:
        assessment = self.judged(self.text({"line": "old"}), Envelope(line="new"))

        assert assessment.envelope.line == "new"

    def test_what_agents_say_among_themselves_is_not_judged(self) -> None:
        assessment = self.judged(self.text(CONSULTED))

        assert {u.id: u.role for u in assessment.utterances}["u2"] is Role.OTHER
        assert "guaranteed-return" not in rules(assessment)

    @pytest.mark.parametrize(
        "role",
        [
            pytest.param(Role.UNKNOWN, id="a speaker of whom nothing is known stays unknown"),
            pytest.param(Role.SYSTEM, id="a machine stays a machine"),
            pytest.param(Role.OTHER, id="a third party stays one"),
        ],
    )
    def test_is_believed_about_whoever_spoke(self, role: Role) -> None:
        text = json.loads(self.text())
        text["utterances"][3]["role"] = role.value

        known = self.judged(json.dumps(text)).roles.of(role.value)

        assert (known.role, known.confidence) == (role, 0.0 if role is Role.UNKNOWN else 1.0)

    @pytest.mark.parametrize(
        "envelope", [{}, CONSULTED, {"direction": "outbound"}], ids=["none", "asked", "out"]
    )
    def test_that_was_kept_is_judged_as_it_was_handed_in(self, envelope: Mapping[str, object]) -> None:
        first = self.judged(self.text(envelope))

        kept = unpack(pack(first.measured), source="x")

        assert analyst().measured(kept, Request((), first.envelope)).assessment == first

    @pytest.mark.parametrize("text", ["", "[]", '{"utterances": [{}]}'])
    def test_that_is_none_is_refused(self, text: str) -> None:
        with pytest.raises(EnvelopeError):
            self.judged(text)
