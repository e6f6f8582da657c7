"""How often the recogniser errs on a line decides whether the machine decides."""

from __future__ import annotations

import pytest

from qa_service.core.calls import Envelope
from qa_service.core.evaluation import Verdict
from qa_service.core.measured import MeasuredCall
from qa_service.core.speech import Role
from qa_service.usecases.analyze import LinePolicy
from tests.usecases.analysts import MEASURED_LINE, answers, judged


class TestErrorsOfTheLine:
    """Where nobody measured how often the recogniser errs, or it errs too often, people decide."""

    @pytest.mark.parametrize(
        ("policy", "line", "decides"),
        [
            pytest.param(LinePolicy(), "", False, id="nobody measured"),
            pytest.param(LinePolicy(cer={"sales": 0.08}), "", False, id="measured elsewhere"),
            pytest.param(LinePolicy(cer={"sales": 0.08}), "sales", True, id="measured here, and low"),
            pytest.param(MEASURED_LINE, "", True, id="the default line, low"),
            pytest.param(MEASURED_LINE, "mobile", False, id="measured here, and high"),
            pytest.param(MEASURED_LINE, "unheard-of", False, id="a line nobody measured"),
            pytest.param(
                LinePolicy(cer={"m": 0.35}, max_cer=0.4), "m", True, id="the limit is the installation's"
            ),
        ],
    )
    def test_findings_against_agents(
        self, saved: MeasuredCall, policy: LinePolicy, line: str, decides: bool
    ) -> None:
        assessment = judged(saved, Envelope(line=line), policy=policy)

        against = [finding for finding in assessment.findings if finding.role is Role.AGENT]
        assert against
        assert {finding.needs_human for finding in against} == {not decides}
        assert answers(assessment)["no-guarantee"] is (Verdict.NOT_MET if decides else Verdict.UNDECIDED)

    def test_an_undecided_fatal_criterion_neither_passes_nor_fails(self, saved: MeasuredCall) -> None:
        evaluation = judged(saved, policy=LinePolicy()).evaluation

        assert evaluation is not None
        assert evaluation.passed is None
        assert evaluation.fatal == ()
