"""publish: a draft of a rulebook goes in force where its own examples come out as its author says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from qa_service.core.approval import Examined
from qa_service.core.errors import RulebookError
from qa_service.core.people import Asked
from qa_service.core.rulebooks import BookVersion
from qa_service.ports.rules import Rulebooks
from qa_service.rulebook.book import Bundle
from qa_service.usecases.try_rulebook import Trial, try_examples

#: Examples told one by one: what is more is seen when these are mended.
_MOST = 20


@dataclass(frozen=True, slots=True)
class DraftPublisher:
    """Publishes drafts, each after a trial of its examples."""

    rulebooks: Rulebooks
    tokens: Callable[[str], tuple[int, ...]]

    def publish(
        self, asked: Asked, name: str, digest: str, note: str, *, despite_examples: str = ""
    ) -> BookVersion:
        """Puts the draft in force, as it was read.

        `despite_examples` says why it is published although examples fail, and stands in the audit log.

        Raises:
            RulebookError: `examples_failed`, its `more` are the examples; or as for `Rulebooks.read`.
            UsageError: as for `Rulebooks.publish`.
        """
        draft = self.rulebooks.draft(asked, name)
        bundle = self.rulebooks.read(asked, name) if draft and draft.digest == digest else None
        if bundle is None:  # no longer what was read: the desk refuses it
            return self.rulebooks.publish(asked, name, digest, note)
        failed = self._failed(bundle)
        if failed and not despite_examples:
            raise _refusal(name, failed)
        examined = Examined(bundle.book.digest, len(failed), despite_examples if failed else "")
        return self.rulebooks.publish(asked, name, digest, note, examined=examined)

    def _failed(self, bundle: Bundle) -> Sequence[Trial]:
        tried = try_examples(bundle.book, tokens=self.tokens)
        return [trial for trial in tried if not trial.as_wanted]


def _refusal(name: str, failed: Sequence[Trial]) -> RulebookError:
    refused = RulebookError(
        source=name,
        code="examples_failed",
        problem=f"{len(failed)} of its own examples fail, the first of the rule {failed[0].example.rule}",
        fix="Mend the rules or the examples, or say in `despite_examples` why to publish all the same",
        count=len(failed),
        rule=failed[0].example.rule,
    )
    refused.more = tuple(_told(name, trial) for trial in failed[:_MOST])
    return refused


def _told(name: str, trial: Trial) -> RulebookError:
    example = trial.example
    lines, kind = " / ".join(example.lines), "match" if example.must_match else "no_match"
    wrong = "should match and does not" if example.must_match else "matches and should not"
    return RulebookError(
        source=name,
        where=f"{example.rule}.examples.{kind}",
        code="example_missed" if example.must_match else "example_false_alarm",
        problem=f"{lines!r} {wrong}",
        fix="Mend the rule or the example",
        lines=lines,
    )
