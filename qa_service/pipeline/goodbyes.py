"""What an agent was not given the time to say at the end is not held against them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from qa_service.core.findings import Finding
from qa_service.core.texts import Reason
from qa_service.turns.ending import CutShort


@dataclass(frozen=True, slots=True)
class Spared:
    """The findings that stay, and the rules that were no question because the customer left first."""

    findings: tuple[Finding, ...]
    rules: dict[str, Reason] = field(default_factory=dict)


def spared(findings: tuple[Finding, ...], cut: CutShort | None) -> Spared:
    """Findings of what was not said at the end are taken back, or wait for a person where nobody can be sure.

    An agent who said it all the same has met the criterion: there is no finding to take back.
    """
    if cut is None or not any(finding.is_of_end for finding in findings):
        return Spared(findings)
    if cut.is_sure:
        kept = tuple(finding for finding in findings if not finding.is_of_end)
        return Spared(kept, {finding.rule: cut.because for finding in findings if finding.is_of_end})
    return Spared(tuple(_doubted(f, cut.because) if f.is_of_end else f for f in findings))


def _doubted(finding: Finding, because: Reason) -> Finding:
    return replace(finding, doubts=(because, *finding.doubts))
