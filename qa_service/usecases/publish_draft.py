"""publish: a draft of a rulebook goes in force where its examples come out as its author says, and people agree."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from qa_service.core.approval import Examined
from qa_service.core.errors import RulebookError
from qa_service.core.findings import Stage
from qa_service.core.people import Asked
from qa_service.core.reviews import Tally
from qa_service.core.rulebooks import BookOrigin, BookVersion
from qa_service.i18n.catalogue import Catalogue, catalogue
from qa_service.ports.reviewing import Reviews
from qa_service.ports.rules import Rulebooks
from qa_service.rulebook.book import Bundle, Rulebook
from qa_service.rulebook.fingerprint import fingerprints
from qa_service.rulebook.load import pack_bundle, pack_names
from qa_service.rulebook.stages import Rise, rises, stages_of
from qa_service.usecases.embed import NO_INTERPRETER, Interpreter
from qa_service.usecases.try_rulebook import Trial, outdated, try_examples
from qa_service.usecases.why.telling import Telling

#: Examples told one by one: what is more is seen when these are mended.
_MOST = 20


#: So many findings of a rule must have been judged by people, and at least this share of them right (the lower end of
#: the 95 % interval), before it reaches further.
LEAST_VERDICTS, LEAST_PRECISION = 30, 0.8
#: Whether the rule is new, whether people spoke of another wording of it → what its author is told.
_CODES = {
    (False, False): "stage_unproven",
    (False, True): "stage_unproven_reworded",
    (True, False): "stage_unproven_new",
    (True, True): "stage_unproven_new_reworded",
}


@dataclass(frozen=True, slots=True)
class Said:
    """A rule that is to reach further, what people said of its findings, and how many spoke of another wording."""

    rise: Rise
    tally: Tally
    of_others: int = 0


@dataclass(frozen=True, slots=True)
class Despite:
    """Why a draft is published all the same; empty where nobody says so. Both stand in the audit log."""

    examples: str = ""
    verdicts: str = ""


@dataclass(frozen=True, slots=True)
class DraftPublisher:
    """Publishes drafts, each after a trial of its examples and a look at what people said of its rules."""

    rulebooks: Rulebooks
    reviews: Reviews
    tokens: Callable[[str], tuple[int, ...]]
    interpreter: Interpreter = NO_INTERPRETER
    #: The language in which it is told why an example fails.
    texts: Catalogue = field(default_factory=lambda: catalogue("zh_CN"))

    def publish(
        self, asked: Asked, name: str, digest: str, note: str, despite: Despite = Despite()
    ) -> BookVersion:
        """Puts the draft in force, as it was read.

        Raises:
            RulebookError: `examples_failed`, `stages_unproven`, their `more` are the examples and rules; or as for
                `Rulebooks.read`.
            UsageError: as for `Rulebooks.publish`.
        """
        draft = self.rulebooks.draft(asked, name)
        bundle = self.rulebooks.read(asked, name) if draft and draft.digest == digest else None
        if bundle is None:  # no longer what was read: the desk refuses it
            return self.rulebooks.publish(asked, name, digest, note)
        trials = self._trials(bundle)
        failed = [trial for trial in trials if trial.fails]
        if failed and not despite.examples:
            raise _refusal(name, failed, Telling.of(bundle.book, self.texts))
        unproven = self._unproven(asked, bundle)
        if unproven and not despite.verdicts:
            raise _too_early(name, unproven)
        examined = Examined(
            bundle.book.digest,
            len(failed),
            despite.examples if failed else "",
            tuple(one.rise.rule for one in unproven),
            despite.verdicts if unproven else "",
            outdated(trials),
        )
        return self.rulebooks.publish(asked, name, digest, note, examined=examined)

    def _trials(self, bundle: Bundle) -> Sequence[Trial]:
        return try_examples(bundle.book, tokens=self.tokens, interpreter=self.interpreter, explain=_MOST)

    def _unproven(self, asked: Asked, bundle: Bundle) -> Sequence[Said]:
        """The rules that are to reach further, and were not found right often enough as they listen now."""
        book, standing = bundle.book, self._standing(asked, bundle.book.name)
        before = {**_shipped(book), **self._included(asked, book), **(standing or {})}
        rising = rises(book, before, is_first=standing is None)
        return [one for one in self._said(bundle, rising) if not _is_proven(one.tally)]

    def _said(self, bundle: Bundle, rising: Sequence[Rise]) -> Iterator[Said]:
        """What people said of these rules: of what they listen for now, and of other wordings."""
        rules = [rise.rule for rise in rising]
        said = self.reviews.tallies(rules) if rising else {}
        heard = fingerprints(bundle, rules)
        judged = {digest for of_rule in said.values() for digest in of_rule}
        then = {digest: self._fingerprints(digest, rules) for digest in judged}
        for rise in rising:
            told, other = Tally(), Tally()
            for digest, tally in said.get(rise.rule, {}).items():
                if then[digest].get(rise.rule) == heard[rise.rule]:
                    told += tally
                else:
                    other += tally
            yield Said(rise, told, other.count)

    def _fingerprints(self, digest: str, rules: Sequence[str]) -> Mapping[str, str]:
        kept = self.rulebooks.judged_by(digest)
        return fingerprints(kept, rules) if kept else {}

    def _standing(self, asked: Asked, name: str) -> Mapping[str, Stage] | None:
        """How far the rules of the newest published version reach; None where none was ever published."""
        published = [
            one for one in self.rulebooks.versions(asked, name) if one.origin is BookOrigin.PUBLISHED
        ]
        for version in published:
            if version.retired_at is None:
                kept = self.rulebooks.version(asked, name, version.digest)
                return stages_of(kept[1].book) if kept else {}
        return {} if published else None

    def _included(self, asked: Asked, book: Rulebook) -> Mapping[str, Stage]:
        """How far the rules of the centre's own books reach that this one includes, in the versions included."""
        found: dict[str, Stage] = {}
        for origin in sorted({*book.origins.values()} - {f"{book.name}@{book.version}"}):
            name, _, number = origin.partition("@")
            for version in self.rulebooks.versions(asked, name):
                if version.origin is BookOrigin.PUBLISHED and str(version.version) == number:
                    kept = self.rulebooks.version(asked, name, version.digest)
                    found |= stages_of(kept[1].book) if kept else {}
        return found


def _shipped(book: Rulebook) -> Mapping[str, Stage]:
    """How far rules reach as the packs ship them that the book includes."""
    named = {origin.partition("@")[0] for origin in book.origins.values()}
    packs = [pack_bundle(name).book for name in sorted(named & set(pack_names()))]
    return {rule: stage for pack in packs for rule, stage in stages_of(pack).items()}


def _is_proven(tally: Tally) -> bool:
    least = tally.least_precision
    return tally.count >= LEAST_VERDICTS and least is not None and least >= LEAST_PRECISION


def _too_early(name: str, unproven: Sequence[Said]) -> RulebookError:
    first = unproven[0].rise
    refused = RulebookError(
        source=name,
        code="stages_unproven",
        problem=f"{len(unproven)} rules are to reach further and were not found right often enough: {first.rule}",
        fix="Let people review what they find, or say in `despite_verdicts` why they rise now",
        count=len(unproven),
        rule=first.rule,
        least=LEAST_VERDICTS,
        precision=round(100 * LEAST_PRECISION),
    )
    refused.more = tuple(_rise_told(name, one) for one in unproven[:_MOST])
    return refused


def _rise_told(name: str, said: Said) -> RulebookError:
    rise, tally, least = said.rise, said.tally, said.tally.least_precision
    was = "new" if rise.was is None else rise.was.value
    return RulebookError(
        source=name,
        where=f"{rise.rule}.stage",
        code=_CODES[rise.was is None, said.of_others > 0],
        problem=f"from {was} to {rise.now}: {tally.count} findings reviewed, {tally.confirmed} confirmed, "
        f"{said.of_others} of another wording",
        fix="Review more of what it finds",
        was=was,
        now=rise.now.value,
        judged=tally.count,
        confirmed=tally.confirmed,
        lower="–" if least is None else round(100 * least),
        other=said.of_others,
    )


def _refusal(name: str, failed: Sequence[Trial], telling: Telling) -> RulebookError:
    refused = RulebookError(
        source=name,
        code="examples_failed",
        problem=f"{len(failed)} of its own examples fail, the first of the rule {failed[0].example.rule}",
        fix="Mend the rules or the examples, or say in `despite_examples` why to publish all the same",
        count=len(failed),
        rule=failed[0].example.rule,
    )
    refused.more = tuple(_told(name, trial, telling.sentence(trial.why)) for trial in failed[:_MOST])
    return refused


def _told(name: str, trial: Trial, why: str) -> RulebookError:
    example = trial.example
    lines, kind = " / ".join(example.lines), "match" if example.must_match else "no_match"
    wrong = "should match and does not" if example.must_match else "matches and should not"
    return RulebookError(
        source=name,
        where=f"{example.rule}.examples.{kind}",
        code="example_missed" if example.must_match else "example_false_alarm",
        problem=f"{lines!r} {wrong}. {why}",
        fix="Mend the rule or the example",
        lines=lines,
        why=why,
    )
