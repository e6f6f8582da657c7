"""Files as people break them by hand: each is refused with file, place, problem and mend, in both languages."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from qa_service.core.errors import RulebookError
from qa_service.i18n.catalogue import GAP, catalogue
from qa_service.rulebook.load import load
from tests.rulebook.books import HEAD, when

_RULE = "rules:\n  - id: one\n    title: 规则\n    when: {tag: pace.fast}\n"
_INCLUDES = f"{HEAD}include: [service-zh@1]\n"
_TENFOLD = "x0: &x0 [一, 一, 一, 一, 一, 一, 一, 一, 一, 一]\n" + "".join(
    f"x{i}: &x{i} [{', '.join([f'*x{i - 1}'] * 10)}]\n" for i in range(1, 9)
)
_CHAIN = "x0: &x0 [一]\n" + "".join(f"x{i}: &x{i} [*x{i - 1}]\n" for i in range(1, 200))

#: What the file holds, where the first mistake is, its code.
_BROKEN = [
    # Blanks, tabs, full-width signs
    pytest.param(f"{HEAD}rules:\n\t- id: one\n", "line 6, column 1", "yaml_tab", id="a tab for indentation"),
    pytest.param(f"{HEAD}rules:\n  - id: one\n\t  title: x\n", "line 7, column 1", "yaml_tab", id="a tab in a rule"),
    pytest.param(HEAD + _RULE.replace("  - id", "　- id"), "line 6, column 1", "yaml_wide_space", id="a wide blank"),
    pytest.param(HEAD + _RULE.replace("- id", "－ id"), "line 6, column 3", "yaml_wide_dash", id="a full-width dash"),
    pytest.param("schema：qa-service/rulebook@1\nname: demo\n", "line 1, column 7", "yaml_wide_colon", id="：first"),
    pytest.param("schema：x\nname：demo\n", "line 1, column 7", "yaml_wide_colon", id="： everywhere"),
    pytest.param(HEAD + _RULE.replace("id: ", "id："), "line 6, column 7", "yaml_wide_colon", id="： after a dash"),
    pytest.param(HEAD + _RULE.replace("title: ", "title："), "line 7, column 10", "yaml_wide_colon", id="： in a rule"),
    pytest.param(when("{tag：pace.fast}"), "rules[0].when.tag：pace.fast", "key_wide_colon", id="： between brackets"),
    pytest.param(f"{HEAD}rules: [{{id：a, title: 甲, when: {{tag: pace.fast}}}}]", "rules[0].id：a", "key_wide_colon",
                 id="： in a key hides no key that is missing"),
    pytest.param(f"{HEAD}detectors:\n  silence.long：{{limit: 8s}}\n", "detectors.silence.long：{limit",
                 "key_wide_colon", id="： before a bracket"),
    pytest.param(HEAD + _RULE.replace("id: ", "id:"), "line 6, column 7", "yaml_no_space", id="no blank after :"),
    pytest.param(when("{phrases: 【保本】}"), "rules[0].when.phrases.any", "phrases", id="brackets of another width"),
    pytest.param(f"{HEAD}\ufeff{_RULE}", "\ufeffrules", "key_unseen", id="a mark of order in the middle"),
    # Quotes and brackets
    pytest.param(when("{phrases: [@客服]}"), "line 14, column 22", "yaml_quote", id="@ first"),
    pytest.param(when("{phrases: [%5]}"), "line 14, column 22", "yaml_quote", id="% first"),
    pytest.param(when("{phrases: [*重要]}"), "line 14, column 23", "yaml_quote", id="* first"),
    pytest.param(when("{phrases: [!好]}"), "line 14, column 23", "yaml_quote", id="! first"),
    pytest.param(when("{regex: \"\\d+\"}"), "line 14, column 21", "yaml_escape", id="a pattern in double quotes"),
    pytest.param(when("{phrases: ['保本]}"), "line 14, column 22", "yaml_open_quote", id="a quote that stays open"),
    pytest.param(when("{phrases: [保本}"), "line 14, column 24", "yaml_bracket", id="a bracket that stays open"),
    pytest.param(when("{phrases: [保本, , 稳赚]}"), "line 14, column 26", "yaml_content", id="a comma too many"),
    pytest.param(f"{HEAD}rules:\n  - title: 规则: 一\n", "line 6, column 14", "yaml_colons", id="a colon in a title"),
    pytest.param(f"{HEAD}rules:\n  - id: one\n   title: 甲\n", "line 7, column 4", "yaml_indent", id="one blank less"),
    pytest.param(f"{HEAD}这一行忘了写键\n{_RULE}", "line 5, column 1", "yaml_key", id="a line that is no key"),
    pytest.param(f"{HEAD}{'x' * 3000}: 1\n", "line 5, column 1", "yaml_key", id="a key of 3,000 letters"),
    # Words that YAML may take for something else
    pytest.param(HEAD.replace("{zh_CN: 示例}", "true"), "title", "mapping", id="a title that is a truth"),
    pytest.param(_INCLUDES + "override: {service-zh/closing: {disable: 是, reason: 甲}}",
                 "override.service-zh/closing.disable", "yes_no", id="是 for true"),
    pytest.param(_INCLUDES + "override: {service-zh/closing: {disable: no, reason: 甲}}",
                 "override.service-zh/closing.disable", "yes_no", id="no for false"),
    pytest.param(HEAD + _RULE + "    alert: 是\n", "rules[0].alert", "yes_no", id="an alert: 是"),
    pytest.param(when("{call: {hours: [8点半, 18:00]}}"), "rules[0].when.call.hours[0]", "setting_clock", id="8点半"),
    pytest.param(HEAD.replace("version: 1", "version: '1'"), "version", "whole", id="a version in quotes"),
    pytest.param(HEAD.replace("version: 1", "version: 1.0"), "version", "whole", id="a version with a point"),
    pytest.param(HEAD.replace("version: 1", "version: true"), "version", "whole", id="a version that is a truth"),
    pytest.param(HEAD.replace("version: 1", f"version: {'9' * 5000}"), "version", "whole", id="a version of 5,000 9s"),
    pytest.param(HEAD + _RULE + "    points: '5'\n", "rules[0].points.deduct", "number", id="points in quotes"),
    pytest.param(HEAD + _RULE + "    points: .nan\n", "rules[0].points.deduct", "number", id="points that are none"),
    pytest.param(HEAD + _RULE + "    jurisdiction: CN\n", "rules[0].jurisdiction", "list", id="one place, no list"),
    pytest.param(f"{HEAD}effective: {{from: 20260101}}", "effective.from", "date", id="a date without hyphens"),
    pytest.param(f"{HEAD}effective: {{from: 2026-02-30}}", "effective.from", "date", id="30 February"),
    pytest.param(f"{HEAD}effective: {{from: 2026年1月1日}}", "effective.from", "date", id="a date in Chinese"),
    pytest.param(f"{HEAD}effective: {{from: 2026-02-01, to: 2026-01-01}}", "effective", "dates", id="dates reversed"),
    pytest.param(f"{HEAD}detectors: {{silence.long: {{limit: 8秒}}}}", "detectors.silence.long.limit",
                 "setting_duration", id="8秒"),
    # Keys, aliases, tags
    pytest.param(HEAD + _RULE + "    title: 又\n", "line 9, column 5", "key_twice", id="a key twice"),
    pytest.param(f"{HEAD}rules:\n  - &a {{id: one, title: 甲, when: {{tag: pace.fast}}}}\n  - {{<<: *a, id: two}}\n",
                 "rules[1].<<", "key_merge", id="a merge"),
    pytest.param(f"{HEAD}rules: *甲\n", "line 5, column 9", "yaml_quote", id="an alias in Chinese"),
    pytest.param(f"{HEAD}rules: *nope\n", "line 5, column 8", "yaml_alias", id="an alias of nothing"),
    pytest.param(when("&w {all: [*w]}"), "line 14, column 11", "tangled", id="a condition inside itself"),
    pytest.param(HEAD + _TENFOLD, "", "tangled", id="a billion laughs"),
    pytest.param(HEAD + _CHAIN, "", "tangled", id="aliases of aliases, 200 deep"),
    pytest.param(when("{all: [" * 500 + "{tag: pace.fast}" + "]}" * 500), "line 14, column 222", "yaml_deep",
                 id="500 conditions inside one another"),
    pytest.param(f"{HEAD}rules: !!set {{a, b}}\n", "line 5, column 8", "yaml_tag", id="a set"),
    pytest.param(f"{HEAD}x: !!timestamp abc\n", "line 5, column 4", "yaml_tag", id="a tag that does not fit"),
    pytest.param(f"{HEAD}---\n{HEAD}", "line 5, column 1", "yaml_two", id="two books in one file"),
    # Characters and encodings
    pytest.param(HEAD.replace("demo", "😀"), "name", "name", id="a name that is an emoji"),
    pytest.param(when("{phrases: ['😀']}"), "rules[0].when.phrases.any[0]", "phrase_silent", id="an emoji to say"),
    pytest.param(f"{HEAD}rules: \x07\n", "line 5, column 8", "yaml_character", id="a control character"),
    pytest.param(when('{phrases: ["保\\u0007本"]}'), "line 14, column 22", "yaml_character", id="an escaped one"),
    pytest.param(when('{phrases: ["\\ud800"]}'), "line 14, column 22", "yaml_character", id="half of a character"),
    pytest.param((HEAD + _RULE).encode("gbk"), "line 4, column 18", "not_utf8", id="GBK"),
    pytest.param((HEAD + _RULE).encode("utf-16"), "line 1, column 1", "not_utf8", id="UTF-16"),
    pytest.param(b"PK\x03\x04" + bytes(range(256)), "", "not_text_file", id="a workbook"),
    pytest.param("<html><body>404</body></html>", "", "not_a_book", id="a page of an error"),
    pytest.param("规则,分值\n一,5\n", "", "not_a_book", id="a table"),
    # Numbers, days and files that are none
    pytest.param(HEAD + _RULE + "    examples: {match: [['通话: 2026-13-45', 您好]]}\n", "rules[0].examples.match[0]",
                 "example_call", id="a day that no calendar has"),
    pytest.param(HEAD + _RULE + "    examples: {match: [['通话: 25:99 呼出', 您好]]}\n", "rules[0].examples.match[0]",
                 "example_call", id="a time that no clock has"),
    pytest.param(f"{HEAD}answers: {{a: {{file: ../../passwd}}}}\n", "answers.a.file", "answers_file",
                 id="a table in another folder"),
    pytest.param(f"{HEAD}answers: {{a: 运费}}\n", "answers.a.file", "answers_file", id="a table without its ending"),
    pytest.param(when("{phrases: [保本], min_confidence: .nan}"), "rules[0].when.min_confidence", "confidence",
                 id="a confidence that is no number"),
    pytest.param(when("{turns: {above: " + "9" * 400 + "}}"), "rules[0].when.turns.above", "setting_number",
                 id="a number of 400 figures"),
    pytest.param(when("{tag: pace.fast, settings: {limit_cpm: [300]}}"), "rules[0].when.settings.limit_cpm",
                 "setting_number", id="a list for a limit"),
    pytest.param(when("{phrases: [保本], between: {from: 80%, to: 20%}}"), "rules[0].when.between", "scope_empty",
                 id="a range that runs backwards"),
    # Other books
    pytest.param(_INCLUDES + "override: {service-zh/closings: {points: 2}}", "override.service-zh/closings",
                 "override_unknown_like", id="an override of a rule that is not there"),
    pytest.param(f"{HEAD}include: [demo@1]\n", "include[0]", "circle", id="a book that includes itself"),
    pytest.param(f"{HEAD}include: service-zh@1\n", "include", "list", id="one include, no list"),
    pytest.param(f"{HEAD}include: [service-zh@v1]\n", "include[0]", "name", id="a version with a v"),
    pytest.param(HEAD.replace("@1", "@2"), "schema", "schema_newer", id="a newer schema"),
    pytest.param(HEAD.replace("rulebook@1", "rulebook"), "schema", "choice", id="a schema without its number"),
]  # fmt: skip


def refused(folder: Path, content: str | bytes) -> RulebookError:
    """The error about a file called demo.yaml."""
    file = folder / "demo.yaml"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(RulebookError) as refusal:
        load(str(file))
    return refusal.value


@pytest.mark.parametrize(("content", "where", "code"), _BROKEN)
def test_what_people_break_is_named_with_its_place(
    tmp_path: Path, content: str | bytes, where: str, code: str
) -> None:
    error = refused(tmp_path, content)

    assert error.code == f"rulebook_{code}"
    assert error.where == (f"{tmp_path / 'demo.yaml'}: {where}" if where else str(tmp_path / "demo.yaml"))


@pytest.mark.parametrize(("content", "where", "code"), _BROKEN)
def test_it_is_told_in_chinese_and_in_english_with_a_way_out(
    tmp_path: Path, content: str | bytes, where: str, code: str
) -> None:
    error = refused(tmp_path, content)

    chinese, english = (catalogue(lang).error(error) for lang in ("zh_CN", "en"))
    said = chinese.removeprefix(error.where)

    assert GAP not in chinese
    assert not re.search(r"line \d", chinese), "a place in a text is named in Chinese, too"
    assert re.search("[\u4e00-\u9fff]{3}", said)
    assert re.search("请|可以写|可用的有|要写|下限|上限", said), "it says what to do"
    assert english.startswith(error.where)
    assert error.fix.rstrip(".") in english
    assert not re.search("[\u4e00-\u9fff]{3}", error.problem.replace("2026年1月1日", "")), code


@pytest.mark.parametrize(
    "unfolds",
    [
        pytest.param(_TENFOLD, id="a billion laughs"),
        pytest.param("x: &x {id: a, title: 甲}\ny: [" + "*x, " * 60_000 + "]\n", id="one mapping 60,000 times"),
        pytest.param("x: &x '" + "文" * 400_000 + "'\ny: [" + "*x, " * 1_000 + "]\n", id="a long text 1,000 times"),
    ],
)  # fmt: skip
def test_a_bomb_is_refused_at_once(tmp_path: Path, unfolds: str) -> None:
    begun = time.process_time()

    error = refused(tmp_path, HEAD + unfolds)

    assert error.code == "rulebook_tangled"
    assert time.process_time() - begun < 0.5


def test_two_books_that_include_each_other(tmp_path: Path) -> None:
    (tmp_path / "other.yaml").write_text(HEAD.replace("demo", "other") + "include: [demo]\n", "utf-8")

    error = refused(tmp_path, f"{HEAD}include: [other]\n")

    assert error.code == "rulebook_circle"
    assert "demo → other → demo" in catalogue("zh_CN").error(error)


@pytest.mark.parametrize(
    ("word", "said"),
    [
        pytest.param("是", "是", id="是"),
        pytest.param("no", "no", id="no, of which YAML 1.1 made a falsehood"),
        pytest.param("8:30", "8:30", id="8:30, of which YAML 1.1 made 510"),
        pytest.param("010", "010", id="010, of which YAML 1.1 made 8"),
        pytest.param("2026-01-01", "2026-01-01", id="a date"),
        pytest.param("'12315'", "12315", id="a number in quotes"),
        pytest.param("!!str 12315", "12315", id="a number that is said to be text"),
    ],
)
def test_words_are_taken_as_they_are_written(tmp_path: Path, word: str, said: str) -> None:
    file = tmp_path / "demo.yaml"
    file.write_text(when(f"{{phrases: [{word}]}}"), "utf-8")

    (detector,) = (one for one in load(str(file)).detectors if one.name == "phrases")

    assert said in repr(detector)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("\ufeff" + HEAD + _RULE, id="a mark of order at the beginning, as Notepad writes it"),
        pytest.param((HEAD + _RULE).replace("\n", "\r\n"), id="lines that end as on Windows"),
        pytest.param(HEAD + _RULE + "    # 注释：随便写\n", id="a full-width colon in a comment"),
        pytest.param(when("{phrases: ['保本：稳赚', '您好，请问']}"), id="full-width signs inside words"),
        pytest.param(f"{HEAD}effective: {{from: '2026-01-01'}}", id="a date in quotes"),
        pytest.param(HEAD + "rules: [&a {id: a, title: &t 甲, when: {tag: pace.fast}}]\n", id="anchors nobody uses"),
        pytest.param(when("{call: {hours: [8:30, 18:00]}}"), id="times of day without quotes"),
        pytest.param(HEAD + "#" + "注" * 700_000 + "\n" + _RULE, id="2 MB"),
        pytest.param('{"schema": "qa-service/rulebook@1", "name": "demo", "version": 1, "title": "x"}', id="JSON"),
    ],
)  # fmt: skip
def test_what_only_looks_broken_is_taken(tmp_path: Path, content: str) -> None:
    file = tmp_path / "demo.yaml"
    file.write_bytes(content.encode())

    assert load(str(file)).name == "demo"


@pytest.mark.parametrize("lang", ["zh_CN", "en"])
@pytest.mark.parametrize("written", ["2026-13-45", "25:99"])
def test_a_day_or_time_that_is_none_is_quoted_as_it_was_written(
    tmp_path: Path, lang: str, written: str
) -> None:
    error = refused(tmp_path, HEAD + _RULE + f"    examples: {{match: [['通话: {written}', 您好]]}}\n")

    said = catalogue(lang).error(error)

    assert written in said
    assert "does not match" not in said


def test_a_folder_is_told_to_be_no_file(tmp_path: Path) -> None:
    with pytest.raises(RulebookError) as refusal:
        load(str(tmp_path))

    assert refusal.value.code == "rulebook_unreadable"
