"""The envelope as strangers write it: every field arrives, and what is wrong is named."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
import yaml

from qa_service.core.calls import CallEvent, Direction, Envelope, EventKind, Participant, ParticipantKind
from qa_service.core.errors import EnvelopeError
from qa_service.usecases.envelope import MAX_BYTES, read_envelope

SHANGHAI = timezone(timedelta(hours=8))
WRITTEN: dict[str, Any] = {
    "schema": "qa-service/envelope@1",
    "call_id": "c-1",
    "leg_id": "l-2",
    "started_at": "2026-11-23T09:30:00",
    "direction": "outbound",
    "line": "95xxx-billing",
    "skill_group": "宽带报修",
    "customer": "hmac-sha256:3f2a90bc41d07be5",
    "business": "宽带",
    "metadata": {"vip": "yes", "campaign": "双十一"},
    "participants": [
        {"id": "a1", "kind": "agent", "agent_id": "8012", "channel": 0, "from_ms": 500, "to_ms": 60_000},
        {"id": "c", "kind": "customer", "channel": 1},
        {"id": "r", "kind": "robot"},
        {"id": "m", "kind": "ivr"},
        {"id": "x", "kind": "other"},
    ],
    "events": [
        {"kind": kind, "at_ms": at_ms, "by": "a1"}
        for at_ms, kind in enumerate(
            ("ring", "queue", "answer", "hold", "unhold", "transfer", "conference", "mute", "hangup")
        )
    ],
}


def read(written: object, *, zone: str = "Asia/Shanghai") -> Envelope:
    return read_envelope(json.dumps(written), source="call.json", timezone=zone)


def refused(text: str) -> EnvelopeError:
    with pytest.raises(EnvelopeError) as error:
        read_envelope(text, source="call.json", timezone="Asia/Shanghai")
    return error.value


def test_every_field_arrives() -> None:
    assert read(WRITTEN) == Envelope(
        call_id="c-1",
        leg_id="l-2",
        started_at=datetime(2026, 11, 23, 9, 30, tzinfo=SHANGHAI),
        direction=Direction.OUTBOUND,
        line="95xxx-billing",
        skill_group="宽带报修",
        customer="hmac-sha256:3f2a90bc41d07be5",
        business="宽带",
        metadata=(("campaign", "双十一"), ("vip", "yes")),
        participants=(
            Participant("a1", ParticipantKind.AGENT, "8012", 0, 500, 60_000),
            Participant("c", ParticipantKind.CUSTOMER, channel=1),
            Participant("r", ParticipantKind.ROBOT),
            Participant("m", ParticipantKind.IVR),
            Participant("x", ParticipantKind.OTHER),
        ),
        events=tuple(CallEvent(kind, at_ms, "a1") for at_ms, kind in enumerate(EventKind)),
    )


@pytest.mark.parametrize("text", ["", "{}", "---\n", "# nothing is known\n"])
def test_nothing_is_required(text: str) -> None:
    assert read_envelope(text, source="e", timezone="UTC") == Envelope()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(yaml.safe_dump(WRITTEN, allow_unicode=True), id="YAML"),
        pytest.param(json.dumps(WRITTEN, indent="\t"), id="JSON indented by tabs"),
        pytest.param(json.dumps(WRITTEN).replace("/", "\\/"), id="JSON with escaped slashes, as PHP writes"),
        pytest.param(json.dumps(WRITTEN, ensure_ascii=True), id="JSON in ASCII"),
    ],
)
def test_json_and_yaml_say_the_same(text: str) -> None:
    assert read_envelope(text, source="e", timezone="Asia/Shanghai") == read(WRITTEN)


@pytest.mark.parametrize(
    ("written", "zone", "utc"),
    [
        pytest.param("2026-11-23T09:30:00", "Asia/Shanghai", "01:30", id="no zone: the installation's"),
        pytest.param("2026-11-23T09:30:00", "Europe/London", "09:30", id="another installation's"),
        pytest.param("2026-11-23T09:30:00+05:00", "Asia/Shanghai", "04:30", id="a zone of its own wins"),
        pytest.param("2026-11-23T09:30:00Z", "Asia/Shanghai", "09:30", id="UTC"),
    ],
)
def test_times_without_a_zone_are_in_the_installations(written: str, zone: str, utc: str) -> None:
    started_at = read({"started_at": written}, zone=zone).started_at

    assert started_at is not None
    assert f"{started_at.astimezone(UTC):%H:%M}" == utc


def test_events_are_put_in_order() -> None:
    events = [{"kind": "hangup", "at_ms": 9_000}, {"kind": "answer", "at_ms": 10}]

    assert [event.at_ms for event in read({"events": events}).events] == [10, 9_000]


@pytest.mark.parametrize(
    ("written", "field"),
    [
        pytest.param({"colour": "red"}, "colour", id="a field that does not exist"),
        pytest.param({"call_id": 7}, "call_id", id="a number for a name"),
        pytest.param({"call_id": "x" * 101}, "call_id", id="a name of 101 characters"),
        pytest.param({"call_id": "\ud800"}, "call_id", id="half a character"),
        pytest.param({"schema": "qa-service/envelope@2"}, "schema", id="another version"),
        pytest.param({"started_at": "yesterday"}, "started_at", id="no time"),
        pytest.param({"started_at": "2026-02-30T00:00:00"}, "started_at", id="a day that never was"),
        pytest.param({"direction": "sideways"}, "direction", id="no direction"),
        pytest.param({"customer": "x" * 201}, "customer", id="a hash of 201 characters"),
        pytest.param({"business": "x" * 101}, "business", id="a business of 101 characters"),
        pytest.param({"metadata": ["vip"]}, "metadata", id="metadata that are a list"),
        pytest.param({"metadata": {"vip": 1}}, "metadata.vip", id="a number in metadata"),
        pytest.param({"metadata": {"vip": {"a": "b"}}}, "metadata.vip", id="metadata in metadata"),
        pytest.param({"metadata": {"vip": "x" * 201}}, "metadata.vip", id="metadata of 201 characters"),
        pytest.param({"metadata": {"vip": "a\0"}}, "metadata.vip", id="a zero byte in metadata"),
        pytest.param({"metadata": {"a b": "c"}}, "metadata.a b.[key]", id="a key with a space"),
        pytest.param(
            {"metadata": {f"k{n}": "" for n in range(51)}},
            "metadata",
            id="more metadata than anybody routes by",
        ),
        pytest.param({"participants": {}}, "participants", id="not a list"),
        pytest.param({"participants": [{"kind": "agent"}]}, "participants.0.id", id="nobody's name"),
        pytest.param({"participants": [{"id": "", "kind": "agent"}]}, "participants.0.id", id="empty name"),
        pytest.param({"participants": [{"id": "a", "kind": "boss"}]}, "participants.0.kind", id="kind"),
        pytest.param(
            {"participants": [{"id": "a", "kind": "agent", "channel": 2}]},
            "participants.0.channel",
            id="a third channel",
        ),
        pytest.param(
            {"participants": [{"id": "a", "kind": "agent", "from_ms": -1}]},
            "participants.0.from_ms",
            id="before the call",
        ),
        pytest.param(
            {"participants": [{"id": "a", "kind": "agent", "from_ms": 9, "to_ms": 8}]},
            "participants.0",
            id="ends before it begins",
        ),
        pytest.param(
            {"participants": [{"id": "a", "kind": "agent"}] * 101}, "participants", id="101 participants"
        ),
        pytest.param({"events": [{"kind": "sneeze", "at_ms": 1}]}, "events.0.kind", id="an unknown event"),
        pytest.param({"events": [{"kind": "hold"}]}, "events.0.at_ms", id="an event without a time"),
        pytest.param({"events": [{"kind": "hold", "at_ms": 86_400_001}]}, "events.0.at_ms", id="after a day"),
        pytest.param({"events": [{"kind": "hold", "at_ms": 1.5}]}, "events.0.at_ms", id="half a millisecond"),
    ],
)
def test_what_is_wrong_is_named(written: object, field: str) -> None:
    error = refused(json.dumps(written))

    assert error.code == "envelope_invalid"
    assert error.values["field"] == field
    assert error.where == f"call.json: {field}"


PEOPLE = [{"id": "p1", "kind": "customer"}, {"id": "p2", "kind": "agent"}, {"id": "p3", "kind": "agent"}]


def by(name: str, people: list[dict[str, str]] = PEOPLE) -> CallEvent:
    return read({"participants": people, "events": [{"kind": "hangup", "at_ms": 9_000, "by": name}]}).events[
        0
    ]


@pytest.mark.parametrize(
    ("written", "kept", "kind"),
    [
        pytest.param("p1", "p1", ParticipantKind.CUSTOMER, id="a participant's id"),
        pytest.param("", "", None, id="nobody is named"),
        pytest.param("customer", "p1", ParticipantKind.CUSTOMER, id="the only customer"),
        pytest.param("agent", "agent", ParticipantKind.AGENT, id="one of two agents"),
        pytest.param("system", "system", ParticipantKind.IVR, id="the system, which is no participant"),
    ],
)
def test_who_did_it_is_a_participant_or_a_kind(written: str, kept: str, kind: ParticipantKind | None) -> None:
    event = by(written)

    people = read({"participants": PEOPLE})
    assert (event.by, people.kind_by(event)) == (kept, kind)


def test_an_id_that_is_a_kind_word_is_an_id() -> None:
    people = [{"id": "customer", "kind": "agent"}, {"id": "p1", "kind": "customer"}]

    assert by("customer", people).by == "customer"
    assert read({"participants": people}).kind_by(by("customer", people)) is ParticipantKind.AGENT


@pytest.mark.parametrize(
    ("name", "people"),
    [
        pytest.param("nobody", PEOPLE, id="no such participant"),
        pytest.param("P1", PEOPLE, id="ids are written as they are"),
        pytest.param("p1", [], id="no participants at all"),
        pytest.param("13800000000", PEOPLE, id="a number"),
    ],
)
def test_who_takes_no_part_did_nothing(name: str, people: list[dict[str, str]]) -> None:
    events = [{"kind": "answer", "at_ms": 1}, {"kind": "hangup", "at_ms": 9_000, "by": name}]

    error = refused(json.dumps({"participants": people, "events": events}))

    assert (error.where, error.values["why"]) == ("call.json: events.1.by", "nobody")
    assert str(error.values["limit"]).endswith("agent, customer, robot, ivr, other, system")
    assert name not in str(error.values["limit"]).split(", ")
    assert "13800000000" not in str(error)


def test_a_participant_may_stand_once_and_is_named() -> None:
    twice = refused(json.dumps({"participants": [{"id": "p1", "kind": "agent"}] * 2}))

    assert (twice.code, twice.values["why"], twice.values["limit"]) == ("envelope_invalid", "id_twice", "p1")


@pytest.mark.parametrize("text", ["[]", "0", "false", '"call"', "- a\n- b\n"])
def test_what_is_no_table_is_no_envelope(text: str) -> None:
    assert refused(text).code == "envelope_invalid"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("{", id="half a JSON"),
        pytest.param("a: b: c", id="half a YAML"),
        pytest.param("call_id: !!python/object/apply:os.getcwd []", id="a YAML that calls Python"),
        pytest.param("started_at: 2026-13-01", id="a YAML date that never was"),
        pytest.param("call_id: " + "1" * 5_000, id="an endless number"),
        pytest.param('{"call_id": ' + "1" * 5_000 + "}", id="an endless JSON number"),
        pytest.param("[" * 100_000, id="nested without end"),
        pytest.param("\0", id="a zero byte"),
        pytest.param("%!PS-Adobe-3.0", id="PostScript"),
    ],
)
def test_what_cannot_be_read_is_refused(text: str) -> None:
    assert refused(text).code == "envelope_unreadable"


def test_the_line_of_a_mistake_is_named() -> None:
    assert refused("call_id: a\nline: b: c\n").where == "call.json: line 2"


def test_aliases_do_not_explode() -> None:
    lines = ["l0: &l0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 9)]

    assert refused("\n".join(lines)).code == "envelope_invalid"


def test_two_megabytes_are_a_mistake() -> None:
    assert refused(" " * (MAX_BYTES + 1)).code == "envelope_too_large"
