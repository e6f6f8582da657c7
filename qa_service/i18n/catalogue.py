"""The catalogue of one language: codes and values in, sentences out.

zh_CN is written by hand and complete; zh_TW has its own wording where Taiwan says it differently and
OpenCC's (with Taiwan phrases, i18n.taiwan) elsewhere; en is complete but for errors, whose own words are
English, and falls back to zh_CN with a mark for texts that a rulebook's author did not translate
(decisions.md 16). That no code of the program is without a sentence is shown by tests/i18n.
"""

from __future__ import annotations

import re
import string
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Literal

from qa_service.core.errors import QaError
from qa_service.core.texts import Reason, Sentence, Text
from qa_service.i18n.taiwan import to_taiwan

Lang = Literal["zh_CN", "zh_TW", "en"]
LANGUAGES: tuple[Lang, ...] = ("zh_CN", "zh_TW", "en")
#: Shown where a text speaks of something that this call does not hold.
GAP = "〔…〕"
#: A place in a text as errors name it, and as its reader says it.
_SPOT = re.compile(r"line (\d+), column (\d+)$")
_HERE: Mapping[Lang, str] = {
    "zh_CN": r"第 \1 行第 \2 列",
    "zh_TW": r"第 \1 行第 \2 列",
    "en": r"line \1, column \2",
}
#: Marks a Chinese text shown to a reader of English because nobody translated it.
UNTRANSLATED = "[zh] "


class Catalogue:
    """Sentences in one language. Never raises over a missing value: it shows a gap instead."""

    def __init__(self, lang: str) -> None:
        known = next((known for known in LANGUAGES if known == lang), None)
        if known is None:
            raise ValueError(f"no catalogue for {lang!r}; there are {', '.join(LANGUAGES)}")
        self.lang: Lang = known
        self._texts = _texts(lang)

    @property
    def codes(self) -> frozenset[str]:
        """Every code that has a text."""
        return frozenset(self._texts)

    @staticmethod
    def own(lang: str) -> frozenset[str]:
        """The codes that were written in this language, not converted from another."""
        return frozenset(_read(lang))

    def template(self, code: str) -> str:
        """The text of a code with its gaps; KeyError where there is none."""
        return self._texts[code]

    def say(self, code: str, **values: object) -> str:
        """The sentence of a code; the code itself where the catalogue has none.

        A value that is itself a code (`asked="when"`) is said in words where `value.<name>.<value>` exists;
        milliseconds (`overlap_ms=1536`) can be said in seconds, `{overlap_s}`: 1.5.
        """
        template = self._texts.get(code)
        if template is None:
            return code
        worded = {name: self._worded(name, value) for name, value in values.items()}
        return fill(template, worded | _seconds(values))

    def knows(self, code: str) -> bool:
        """Whether there is a sentence for this code."""
        return code in self._texts

    def reason(self, reason: Reason) -> str:
        """A reason as one sentence."""
        return self.say(f"reason.{reason.code}", **dict(reason.values))

    def error(self, error: QaError) -> str:
        """An error as its reader should see it: place, problem, way out."""
        if self.lang == "en" or not self.knows(f"error.{error.code}"):
            return str(error)
        place = f"{_SPOT.sub(_HERE[self.lang], error.where)}：" if error.where else ""
        values = {"problem": error.problem, "fix": error.fix, **error.values}
        return place + self.say(f"error.{error.code}", **values).lstrip()

    def text(self, text: Text) -> str:
        """A rulebook author's text in this language."""
        if self.lang == "zh_TW":
            return text.zh_TW or to_taiwan(text.zh_CN)
        if self.lang == "en":
            return text.en or UNTRANSLATED + text.zh_CN
        return text.zh_CN

    def sentence(self, sentence: Sentence) -> str:
        """A text with its gaps filled. What was said in the call is never converted."""
        return fill(self.text(sentence.text), dict(sentence.values))

    def _worded(self, name: str, value: object) -> object:
        """A code, or codes joined by ", ", in words; anything else as it is."""
        if not isinstance(value, str):
            return value
        words = [self._texts.get(f"value.{name}.{code}") for code in value.split(", ")]
        known = [word for word in words if word is not None]
        return self._comma.join(known) if len(known) == len(words) else value

    @property
    def _comma(self) -> str:
        return ", " if self.lang == "en" else "、"

    def label(self, label: str) -> str:
        """A tag label in words; the label where it has none (labels of a rule's own operators)."""
        return self._texts.get(f"label.{label}", label)


def fill(template: str, values: Mapping[str, object]) -> str:
    """Puts values into `{gaps}`; a gap without a value shows as 〔…〕.

    >>> fill("客户问「{question}」，{seconds} 秒后您答「{quote}」", {"question": "几天？", "seconds": 8.0})
    '客户问「几天？」，8 秒后您答「〔…〕」'
    >>> fill("{count:moment|moments} and {rules:rule|rules}", {"count": 1, "rules": 3})
    '1 moment and 3 rules'
    """
    parts = []
    for literal, name, spec, _ in string.Formatter().parse(template):
        parts.append(literal)
        if name is not None:
            parts.append(_counted(values[name], spec or "") if name in values else GAP)
    return "".join(parts)


def _seconds(values: Mapping[str, object]) -> dict[str, object]:
    """For each time in milliseconds the same in seconds to one decimal, which is all that an ear can tell."""
    return {
        f"{name.removesuffix('_ms')}_s": round(value / 1000, 1)
        for name, value in values.items()
        if name.endswith("_ms") and isinstance(value, int)
    }


def _counted(value: object, words: str) -> str:
    """A value, and after a number the word for one or for several where the template gives both."""
    one, several, more = words.partition("|")
    if not several:
        return _show(value)
    return f"{_show(value)} {one if value in (1, '1') else more}"


def _show(value: object) -> str:
    """Numbers without a needless `.0`."""
    return f"{value:.6g}" if isinstance(value, float) else str(value)


@cache
def catalogue(lang: str) -> Catalogue:
    """The catalogue of a language, made once."""
    return Catalogue(lang)


@cache
def _texts(lang: str) -> Mapping[str, str]:
    own = _read(lang)
    if lang != "zh_TW":
        return own
    return {code: own.get(code) or to_taiwan(text) for code, text in _read("zh_CN").items()}


def _read(lang: str) -> dict[str, str]:
    folder = resources.files("qa_service.i18n").joinpath("texts", lang)
    texts: dict[str, str] = {}
    for file in sorted(folder.iterdir(), key=lambda f: f.name):
        if file.name.endswith(".toml"):
            _flatten(tomllib.loads(file.read_text("utf-8")), "", texts)
    return texts


def _flatten(table: Mapping[str, object], prefix: str, into: dict[str, str]) -> None:
    for key, value in table.items():
        code = f"{prefix}.{key}" if prefix else key
        if isinstance(value, Mapping):
            _flatten(value, code, into)
        else:
            into[code] = str(value)
