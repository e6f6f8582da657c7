"""Our rules on their transcripts: who hit what, and whom people found right."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest

from qa_service.audio.reader import PyAvReader
from qa_service.core.errors import UsageError
from qa_service.core.intervals import Share
from qa_service.moving.parity import compare
from qa_service.moving.parity_rows import Parity
from qa_service.moving.sca import migrate
from qa_service.moving.sca_results import TheirCall, TheirResults, read_results
from qa_service.moving.verdicts import read_verdicts
from qa_service.pipeline.assessment import Assessment
from qa_service.rulebook.load import bundle_text
from qa_service.usecases.analyze import Analyst
from tests.moving.sca_files import FILES, RULES, held, words

RESULTS = FILES / "results.json"


def results() -> TheirResults:
    return read_results(held(RESULTS))


def compared(
    verdicts: dict[tuple[str, str], bool] | None = None,
    calls: Sequence[TheirCall] | None = None,
    rules: object = None,
) -> Parity:
    moved = migrate(held(RULES) if rules is None else rules)
    return beside(moved.books[0].text, results().calls if calls is None else calls, verdicts)


def beside(
    text: str, calls: Sequence[TheirCall], verdicts: dict[tuple[str, str], bool] | None = None
) -> Parity:
    book = bundle_text(text, "sca.yaml", lambda _: None).book
    analyst = Analyst(PyAvReader(), None, book, tokens=lambda _: (0,))

    def judged(call: TheirCall) -> Assessment:
        text = json.dumps(call.transcript)
        return analyst.transcript(text, source=call.id, timezone="Asia/Shanghai").assessment

    return compare(book, calls, judged, verdicts or {})


def sides(found: Parity) -> dict[str, dict[str, list[str]]]:
    names = ("both", "only_theirs", "only_ours", "not_judged")
    told = {row.rid or row.our_id.rpartition("/")[2]: row for row in found.rules}
    return {
        key: {name: [place.call for place in getattr(row, name)] for name in names if getattr(row, name)}
        for key, row in told.items()
    }


def test_each_rule_is_hit_by_both_by_theirs_or_by_ours() -> None:
    found = sides(compared())

    assert found["102"] == {"both": ["call-1"]}
    assert found["101"] == {"only_theirs": ["call-2"]}
    assert found["sca-103"] == {"only_ours": ["call-2"]}
    assert found["777"] == {"only_theirs": ["call-2"]}
    assert found["sca-107"] == {}


def test_the_sentences_of_both_sides_are_told() -> None:
    (place,) = next(row for row in compared().rules if row.rid == "102").both

    assert place.theirs == ("u0002",)
    assert "u0002" in place.ours


def test_a_rule_that_is_not_in_our_book_stands_alone() -> None:
    (stranger,) = [row for row in compared().rules if not row.our_id]

    assert (stranger.rid, stranger.title) == ("777", "那边才有")


def test_precision_goes_by_what_people_said_and_is_unknown_where_nobody_did() -> None:
    rows = {row.rid or row.our_id.rpartition("/")[2]: row for row in compared().rules}

    assert (rows["102"].theirs_right, rows["102"].ours_right) == (Share(1, 1), Share(1, 1))
    assert rows["101"].theirs_right == Share(0, 1)
    assert rows["101"].ours_right.value is None
    assert (rows["sca-103"].ours_right.value, rows["sca-103"].ours_right.interval) == (None, None)


def test_a_table_of_verdicts_speaks_of_what_only_ours_hit_and_stands_above_theirs() -> None:
    said = {("call-2", "sca-103"): True, ("call-1", "102"): False}

    rows = {row.rid or row.our_id.rpartition("/")[2]: row for row in compared(said).rules}

    assert rows["sca-103"].ours_right == Share(1, 1)
    assert rows["102"].ours_right == Share(0, 1)


def test_a_verdict_may_name_a_rule_as_they_do_though_they_never_hit_it() -> None:
    found = compared({("call-2", "103"): True})

    assert not found.unused
    assert next(row for row in found.rules if row.our_id == "sca/sca-103").ours_right == Share(1, 1)


#: Too short to be scored: who says it, and what.
SHORT = [("客服", "您好"), ("客服", "这款保本的"), ("客户", "好")]
LONG = [
    ("客服", "您好，我是理财经理，给您介绍一款产品"),
    ("客户", "你说吧，我听着呢"),
    ("客服", "这款保本的"),
]


def brought(name: str, said: list[tuple[str, str]], hit: str = "u0002", **rule: Any) -> TheirCall:
    """A call of theirs in which rule 1 was hit."""
    lines = [
        {
            "role": role,
            "begin": 4_000 * n,
            "end": 4_000 * n + (600 if said is SHORT else 3_500),
            "words": words,
        }
        for n, (role, words) in enumerate(said)
    ]
    place = lines[int(hit[1:]) - 1]
    hits = [{"rid": "1", "name": "保本", "hits": [{"phrase": place}], **rule}]
    return read_results([{"tid": name, "asrResult": lines, "hitResult": hits}]).calls[0]


def returns() -> dict[str, Any]:
    """One rule: the agent promises the principal back."""
    rule = {"rid": "1", "name": "保本", "lambda": "a"}
    return {"conditions": [words("a", "保本的", role="客服")], "rules": [rule]}


def test_a_hit_in_a_call_that_ours_does_not_score_is_not_only_theirs() -> None:
    found = compared(calls=[brought("short", SHORT), brought("long", LONG, "u0003")], rules=returns())

    (row,) = found.rules
    (place,) = row.not_judged
    assert sides(found) == {"1": {"both": ["long"], "not_judged": ["short"]}}
    assert (place.theirs, place.because) == (("u0002",), found.unscored["short"])
    assert found.unscored["short"].code == "scorable.too_little_speech"
    assert row.not_asked == [], "of scored calls alone"


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        pytest.param("when: {loudness: {above: 6}, role: agent}", "undecided.not_measured", id="no sound"),
        pytest.param(
            "effective: {from: 2026-09-01}\n    when: {phrases: {any: [保本的], role: agent}}",
            "undecided.day_unknown",
            id="nobody knows the day",
        ),
    ],
)
def test_a_hit_where_our_rule_is_undecided_is_not_only_theirs(rule: str, code: str) -> None:
    head = "schema: qa-service/rulebook@1\nname: b\nversion: 1\ntitle: b\n"
    text = f"{head}rules:\n  - id: sca-1\n    title: 保本\n    {rule}"

    found = beside(text, [brought("long", LONG, "u0003")])

    (row,) = found.rules
    assert sides(found) == {"1": {"not_judged": ["long"]}}
    assert (row.not_asked, found.unscored) == (["long"], {})
    assert row.not_judged[0].because is not None
    assert row.not_judged[0].because.code == code


def test_a_rule_that_only_they_have_is_not_judged_either_in_a_call_that_is_not_scored() -> None:
    call = brought("short", SHORT, rid="777")

    assert sides(compared(calls=[call], rules=returns()))["777"] == {"not_judged": ["short"]}


def test_their_precision_counts_hits_that_ours_did_not_judge_and_ours_does_not() -> None:
    found = compared({("short", "1"): True}, [brought("short", SHORT)], returns())

    (row,) = found.rules
    assert (row.theirs_right, row.ours_right) == (Share(1, 1), Share(0, 0))
    assert not found.unused


def test_a_result_without_words_is_listed() -> None:
    (bad,) = results().bad

    assert (bad.row, bad.call, bad.why.code) == (3, "call-3", "row_wordless")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        pytest.param({"recording": {}}, "row_unnamed", id="no name"),
        pytest.param(
            {"asrResult": [{"role": "客服", "begin": 5, "end": 1, "words": "您好"}]},
            "row_times",
            id="ends first",
        ),
        pytest.param({"hitResult": [{"hits": []}]}, "row_rid", id="a hit without a rule"),
        pytest.param(
            {"asrResult": [{"role": "客服", "begin": 0, "end": 1, "words": "长" * 6000}]},
            "row_long",
            id="endless",
        ),
        pytest.param({"asrResult": ["您好"]}, "row_not_object", id="a sentence that is a text"),
    ],
)
def test_what_cannot_be_used_is_told_by_row(change: dict[str, Any], code: str) -> None:
    good = {"recording": {"id": "x"}, "asrResult": [{"role": "客服", "begin": 0, "end": 1, "words": "您好"}]}

    found = read_results([good | {"recording": {"id": "y"}}, good | change])

    assert [call.id for call in found.calls] == ["y"]
    assert [(bad.row, bad.why.code) for bad in found.bad] == [(2, code)]


def test_a_zero_is_a_verdict_only_where_somebody_looked() -> None:
    result = {
        "recording": {"id": "x"},
        "asrResult": [{"role": "客服", "begin": 0, "end": 1, "words": "您好"}],
        "hitResult": [{"rid": "1", "reviewResult": 0}],
    }

    looked = read_results([result | {"reviewStatus": 1}]).calls[0].hits[0]
    unseen = read_results([result]).calls[0].hits[0]

    assert (looked.is_right, unseen.is_right) == (False, None)


def test_two_results_of_one_call_are_joined_and_another_call_of_that_name_is_refused() -> None:
    result = {"tid": "x", "asrResult": [{"role": "客服", "begin": 0, "end": 1, "words": "您好"}]}
    other = {"tid": "x", "asrResult": [{"role": "客服", "begin": 0, "end": 1, "words": "再见"}]}

    found = read_results(
        [result | {"hitResult": [{"rid": "1"}]}, result | {"hitResult": [{"rid": "2"}]}, other]
    )

    assert [hit.rid for hit in found.calls[0].hits] == ["1", "2"]
    assert [(bad.row, bad.why.code) for bad in found.bad] == [(3, "row_twice")]


def test_a_row_that_is_no_result_stops_no_other() -> None:
    good = {"tid": "x", "asrResult": [{"role": "客服", "begin": 0, "end": 1, "words": "您好"}]}

    found = read_results(["不是", good])

    assert [call.id for call in found.calls] == ["x"]
    assert [(bad.row, bad.why.code) for bad in found.bad] == [(1, "row_unnamed")]


def test_a_file_without_results_is_refused() -> None:
    with pytest.raises(UsageError, match="no results are in it"):
        read_results({"Data": []})


def test_verdicts_are_read_as_spreadsheets_write_them() -> None:
    table = "通话编号,规则,结论\ncall-1,102,命中\ncall-2,101,误报\ncall-2,103,也许\n,1,命中\n"

    found = read_verdicts(table.encode("gbk"))

    assert found.said == {("call-1", "102"): True, ("call-2", "101"): False}
    assert [(bad.row, bad.why.code) for bad in found.bad] == [(4, "row_verdict"), (5, "row_nobody")]
