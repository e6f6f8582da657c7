"""What is put in the place of what was misheard: how seldom in real chats, and how often where something was.

    python models/train/measure_mending.py --data DIR

DIR holds satisfaction_jddc/turns.jsonl. Real chats were typed, so nearly nothing in them was misheard: what is mended
there with the words of all packs is wrong, or a slip of the pen. Then every example of a pack on which a rule fires is
misheard on purpose: in one of the rule's own words one character becomes another of the same syllable, one of the six
commonest; counted is whether the rule still fires. The mishearing is made up, so its figure says little of a real line.
Evaluate only: nothing of the text is kept.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import jieba
import pypinyin
from measure_packs import chats, sentences

from qa_service import bootstrap
from qa_service.detectors.allowance import rule_of
from qa_service.detectors.patterns import Patterns
from qa_service.detectors.phrases import Phrases
from qa_service.rulebook.book import Example, Rulebook
from qa_service.rulebook.load import load, pack_names
from qa_service.text.lexicon import frequencies
from qa_service.text.mending import SURE, Mender
from qa_service.text.normalize import fold
from qa_service.text.pattern_words import words_of_pattern
from qa_service.usecases.try_rulebook import try_examples

#: So many of the commonest characters are misheard for one another; of one syllable the first of these.
_COMMON, _NEXT = 2_500, 6


def words_of(book: Rulebook) -> Mapping[str, Sequence[str]]:
    """What each rule of a book is written with, by its id."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for detector in book.detectors:
        if isinstance(detector, Phrases):
            for rule in detector.rules:
                found[rule_of(rule.label)] += rule.any
        if isinstance(detector, Patterns):
            for pattern in detector.rules:
                found[rule_of(pattern.label)] += words_of_pattern(pattern.pattern)
    return found


def homophones() -> Mapping[str, Sequence[str]]:
    """For each common character the others that sound like it but for the tone, the commonest first."""
    with jieba.get_dict_file() as file:
        words = frequencies(file.read().decode())
    seen: Counter[str] = Counter()
    for word, times in words.items():
        seen.update(dict.fromkeys(word, times))
    common = [char for char, _ in seen.most_common(_COMMON) if pypinyin.lazy_pinyin(char) != [char]]
    alike: defaultdict[str, list[str]] = defaultdict(list)
    for char in common:
        alike[pypinyin.lazy_pinyin(char)[0]].append(char)
    return {char: [one for one in same if one != char][:_NEXT] for same in alike.values() for char in same}


def misheard(
    example: Example, words: Sequence[str], alike: Mapping[str, Sequence[str]], chance: random.Random
) -> Iterator[Example]:
    """The example with one character of one of the rule's words written as another; nothing where none is said."""
    lines = list(example.lines)
    places = [
        (which, at + shift)
        for which, line in enumerate(lines)
        for word in words
        if (at := line.find(word)) >= 0
        for shift in range(len(word))
        if alike.get(line[at + shift])
    ]
    if places:
        which, at = chance.choice(places)
        line = lines[which]
        lines[which] = line[:at] + chance.choice(alike[line[at]]) + line[at + 1 :]
        yield replace(example, lines=tuple(lines))


def main() -> None:
    """Prints how many sentences of the chats are mended, and how many misheard examples still match."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    asked = parser.parse_args()
    books = [load(name) for name in pack_names()]
    words = {word for book in books for some in words_of(book).values() for word in some}
    mender = Mender(sorted(words))
    talks = chats(asked.data / "satisfaction_jddc" / "turns.jsonl")
    texts = [text for some in sentences(talks).values() for text in some]
    gains = [
        max((mend.gain for one in mender.readings(fold(text)) for mend in one.mends), default=0.0)
        for text in texts
    ]
    sure = sum(gain >= SURE for gain in gains)
    print(
        f"{len(words)} words, {len(texts)} sentences: {sum(map(bool, gains))} mended, {sure} of them surely"
    )
    alike, tokens = homophones(), bootstrap.tokenizer().tokens
    for book in books:
        chance, own = random.Random(0), words_of(book)
        usual = [t.example for t in try_examples(book, tokens=tokens) if t.matched and t.example.must_match]
        other = [one for e in usual for one in misheard(e, own.get(e.rule, ()), alike, chance)]
        trials = try_examples(replace(book, examples=tuple(other)), tokens=tokens)
        print(
            f"{book.name}: {sum(trial.matched for trial in trials)} of {len(trials)} misheard examples still match"
        )


if __name__ == "__main__":
    main()
