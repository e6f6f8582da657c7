"""Their operators about what was said: keywords, regular expressions, sentences alike, repetition."""

from __future__ import annotations

from qa_service.moving.fields import Fields
from qa_service.moving.notes import Note, Untranslatable
from qa_service.moving.sca_asked import Around, Asked, Node, within
from qa_service.moving.sca_regex import searched
from qa_service.rulebook.similar import BOUNDS as SIMILAR_BOUNDS
from qa_service.text.normalize import fold
from qa_service.text.resemblance import features

#: Of fewer characters and pairs `similar` can say nothing (rulebook.similar).
_LEAST_GRAMS = 5
#: The farthest back that `again` looks (rulebook.bounds).
_FARTHEST = 50


def any_words(param: Fields, around: Around) -> Asked:
    """HIT_ANY_KEYWORDS: one of the words unless told how many."""
    return _keywords(param, around, usual=1)


def all_words(param: Fields, around: Around) -> Asked:
    """INCLUDE_KEYWORDS: all of the words unless told how many."""
    return _keywords(param, around, usual=-1)


def _keywords(param: Fields, around: Around, *, usual: int) -> Asked:
    words = param.texts("keywords", "operKeyWords", "operatorKeyWords")
    if not words:
        raise Untranslatable(Note.of("no_words", around.where))
    wanted = param.number("keywordMatchSize")
    size = usual if wanted is None or (wanted == 0 and usual == 1) else int(wanted)
    notes: list[Note] = []
    words = _with_synonyms(words, param, around, notes, is_any=size in {0, 1})
    is_together = not param.flag("contextChatMatch")
    param.ignore("in_sentence")
    if param.flag("case_sensitive"):
        notes.append(Note.of("case", around.where))
    if size == 0:
        notes += [Note.of("none_in_range", around.where)] if is_together else []
        return Asked(_phrases({"any": words}), is_absent=True, notes=notes)
    node = _number_of(words, size, is_together=is_together, around=around, notes=notes)
    times = param.number("threshold")
    if times and times > 1:
        node = {**node, "count": {"at_least": int(times)}}
        notes.append(Note.of("times", around.where, times=int(times)))
    return Asked(node, notes=notes)


def _number_of(words: list[str], size: int, *, is_together: bool, around: Around, notes: list[Note]) -> Node:
    """Any, all, or so many of the words; in one sentence, or somewhere in the range each."""
    if size == 1 or len(words) == 1:
        return _phrases({"any": words})
    if size < 0 or size >= len(words):
        return (
            _phrases({"all": words})
            if is_together
            else {"all": [_phrases({"any": [word]}) for word in words]}
        )
    if not is_together:
        notes.append(Note.of("one_sentence", around.where))
    return _phrases({"of": words, "at_least": size})


def _with_synonyms(
    words: list[str], param: Fields, around: Around, notes: list[Note], *, is_any: bool
) -> list[str]:
    synonyms = param.take("synonyms")
    others = [str(one) for many in synonyms.values() for one in many] if isinstance(synonyms, dict) else []
    param.ignore("keywordExtension")
    if not others:
        return words
    if not is_any:
        notes.append(Note.of("synonyms", around.where, words="、".join(others)))
        return words
    return list(dict.fromkeys([*words, *others]))


def _phrases(lists: Node) -> Node:
    """As plain as theirs: also what is denied, quoted or asked."""
    return {"phrases": {**lists, "unless": []}}


def regex(param: Fields, around: Around) -> Asked:
    """REGULAR_EXPRESSION, with what must not stand in the same sentence."""
    pattern, unlike = param.text("regex"), param.text("notRegex")
    param.ignore("in_sentence", "phrase")
    if not pattern:
        raise Untranslatable(Note.of("no_pattern", around.where))
    node: Node = {"regex": {"pattern": searched(pattern), "unless": []}}
    if unlike:
        other = {"regex": {"pattern": searched(unlike), "unless": []}}
        node["not_near"] = {**other, "within": "0 utterances"}
    notes = [Note.of("you", around.where)] if ("您" in pattern) != ("你" in pattern) else []
    return Asked(node, notes=notes)


def similar(param: Fields, around: Around) -> Asked:
    """SIMILAR_MATCH: sentences like these."""
    sentences = param.texts("similarlySentences") or param.texts("phrase")
    param.ignore("in_sentence", "phrase")
    score = param.number("score", "threshold")
    if not sentences:
        raise Untranslatable(Note.of("no_sentences", around.where))
    long = [one for one in sentences if len(features(fold(one).text).grams) >= _LEAST_GRAMS]
    short = [one for one in sentences if one not in long]
    low, high = SIMILAR_BOUNDS
    wanted = 0.6 if score is None else score / 100 if score > 1 else score
    at_least = min(high, max(low, wanted))
    notes = [Note.of("alike", around.where, percent=round(100 * at_least))]
    parts: list[Node] = [{"similar": {"examples": long, "at_least": at_least}}] if long else []
    if short:
        parts.append(_phrases({"any": short}))
        notes.append(Note.of("short_sentences", around.where, words="、".join(short)))
    return Asked(parts[0] if len(parts) == 1 else {"any": parts}, notes=notes)


def again(param: Fields, around: Around) -> Asked:
    """ADVANCED_REPEAT_DETECT: the same said again."""
    other = _role(param.text("target_role"))
    alike = param.number("similarity_threshold")
    back = int(param.number("from") or 0)
    chars = int(param.number("threshold", "minWordSize") or 0)
    times = int(param.number("hit_time") or 1)
    excludes = param.texts("excludes")
    param.ignore("roleId")
    wanted = 0.6 if alike is None else alike / 100 if alike > 1 else alike
    settings: Node = {"alike": round(within("says_again", "alike", wanted), 2)}
    settings["last"] = min(_FARTHEST, back) if back > 0 else _FARTHEST
    if chars:
        settings["min_chars"] = chars
    settings["of"] = "other" if other and around.role and other != around.role else "own"
    settings["by"] = around.role
    node: Node = {"again": settings}
    notes = [Note.of("again_chars", around.where, percent=round(100 * settings["alike"]))]
    if back <= 0 or back > _FARTHEST:
        notes.append(Note.of("again_back", around.where, last=_FARTHEST))
    if excludes:
        node["not_near"] = {**_phrases({"any": excludes}), "within": "0 utterances"}
    if times > 1:
        node["count"] = {"at_least": times}
    return Asked(node, notes=notes)


def _role(name: str) -> str:
    return {"客服": "agent", "坐席": "agent", "客户": "customer"}.get(name, "")
