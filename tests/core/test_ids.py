"""Identities: the same thing keeps its id when it is judged again, different things never share one."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from qa_service.core.ids import digest, finding_id, moment_id, tag_id
from qa_service.core.speech import Role
from qa_service.core.tags import Evidence, Tag
from qa_service.core.texts import Reason
from qa_service.core.time import Span
from tests.make import utterance

_HEARD = utterance("这款保本的您放心", 1_000)
_TAG = Tag((Evidence.said(_HEARD, 2, 4),), "risk.promise", "phrases@1", 0.95, Reason("x"), "s0", Role.AGENT)
_SILENCE = Tag((Evidence(Span(0, 8_000)),), "silence.long", "silence@1", 1.0, Reason("x"))


#: Labels, ids and offsets, and what a stranger's JSON may hold; never the separator.
_PARTS = st.lists(st.text(st.characters(exclude_characters="\x1f")))


@given(_PARTS, _PARTS)
def test_parts_of_a_digest_do_not_run_into_each_other(one: list[str], other: list[str]) -> None:
    assert (digest(*one, "end") == digest(*other, "end")) is (one == other)


def test_thresholds_and_versions_do_not_change_the_id_of_a_tag() -> None:
    surer = replace(_TAG, confidence=0.5, detector="phrases@2", because=Reason("y"))

    assert tag_id(surer) == tag_id(_TAG)


def test_a_swap_of_roles_does_not_change_the_id_of_a_tag() -> None:
    assert tag_id(replace(_TAG, role=Role.CUSTOMER)) == tag_id(_TAG)


def test_another_place_label_or_speaker_is_another_tag() -> None:
    others = [
        replace(_TAG, evidence=(Evidence.said(_HEARD, 3, 4),)),
        replace(_TAG, label="risk.other"),
        replace(_TAG, speaker="s1"),
    ]

    assert len({tag_id(tag) for tag in [_TAG, *others]}) == 4


def test_a_tag_without_words_is_known_by_its_time() -> None:
    later = replace(_SILENCE, evidence=(Evidence(Span(9_000, 17_000)),))

    assert tag_id(later) != tag_id(_SILENCE)
    assert tag_id(replace(_SILENCE, confidence=0.4)) == tag_id(_SILENCE)


def test_findings_and_moments_are_known_by_what_they_rest_on() -> None:
    assert finding_id("a/rule", "t1") != finding_id("b/rule", "t1")
    assert finding_id("a/rule", "t1") != finding_id("a/rule", "t2")
    assert moment_id("f1") not in {moment_id("f2"), "f1"}
