"""The agent is told, signalled, or found from what was said; else nobody pretends to know."""

from __future__ import annotations

import pytest

from qa_service.core.calls import CallEvent, Direction, Envelope, EventKind, Participant, ParticipantKind
from qa_service.core.roles import RoleMap
from qa_service.core.speech import Role
from qa_service.turns.roles import RoleHints, assign, swap, tell
from tests.turns.lines import call

HOTLINE = (
    "A 您好，请问有什么可以帮您？",
    "C 我想问一下我的订单什么时候到。",
    "A 麻烦您提供一下订单号，我帮您查询。",
    "C 尾号三三五五。",
)
AGENT_FIRST = [
    pytest.param(HOTLINE, id="a hotline"),
    pytest.param(
        (
            "A 您好，欢迎致电中华宽频，敝姓林，很高兴为您服务。",
            "C 我家的网路从昨天就不能用了。",
            "A 不好意思造成您的不便，麻烦您提供一下身份证后四码，我帮您查询。",
        ),
        id="Taiwan wording in simplified characters",
    ),
    pytest.param(
        (
            "A 您好，請問有什麼可以幫您？",
            "C 我想要退貨，你們的東西怎麼這樣啊。",
            "A 非常抱歉，我幫您登記一下。",
        ),
        id="traditional characters",
    ),
    pytest.param(
        (
            "C 喂，哪位？",
            "A 您好，我是阳光保险的理财顾问，请问您现在方便吗？",
            "C 没兴趣，你们别再打了。",
            "A 好的，打扰您了，祝您生活愉快。",
        ),
        id="an outbound call that the customer answers",
    ),
    pytest.param(
        (
            "A 喂。",
            "C 你们怎么回事，我的快递到底什么时候能到？",
            "A 你急什么，我给你查一下不行吗。",
            "C 我要投诉你。",
            "A 随便你投诉。",
        ),
        id="a rude agent who never says a polite word",
    ),
    pytest.param(
        ("A 您好，请讲。", "C 帮我查一下话费。", "A 您本月话费是58元。", "C 怎么这么多？"), id="a curt agent"
    ),
]


@pytest.mark.parametrize("lines", AGENT_FIRST)
@pytest.mark.parametrize("mono", [False, True], ids=["two channels", "mono"])
def test_the_agent_is_found_from_what_was_said(lines: tuple[str, ...], mono: bool) -> None:
    roles = assign(call(*lines, mono=mono))

    assert (roles.of("s0").role, roles.of("s1").role) == (Role.AGENT, Role.CUSTOMER)
    assert 0.8 <= roles.of("s0").confidence < 1.0


@pytest.mark.parametrize("lines", AGENT_FIRST)
def test_the_agent_is_found_on_the_other_channel_too(lines: tuple[str, ...]) -> None:
    mirrored = ["CA"["AC".index(line[0])] + line[1:] for line in lines]

    assert assign(call(*mirrored)).of("s1").role is Role.AGENT


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(("A 嗯。", "C 好的。", "A 行。"), id="nothing but assent"),
        pytest.param(("A 喂？", "C 喂？", "A 听得到吗？", "C 听得到。"), id="two people who test the line"),
        pytest.param(("A 明天下午三点。", "C 三点可以。", "A 那就三点。"), id="an appointment among equals"),
        pytest.param(("C 今天天气不错。", "A 是啊。"), id="small talk"),
    ],
)
def test_roles_that_nothing_tells_stay_unknown(lines: tuple[str, ...]) -> None:
    roles = assign(call(*lines))

    assert {(known.role, known.confidence) for known in roles.speakers} == {(Role.UNKNOWN, 0.0)}
    assert {known.because.code for known in roles.speakers} == {"role.unclear"}


def test_a_channel_that_was_told_wins_over_the_words() -> None:
    roles = assign(call(*HOTLINE), RoleHints(agent_channel=1))

    assert (roles.of("s1").role, roles.of("s1").confidence) == (Role.AGENT, 1.0)
    assert roles.of("s0").role is Role.CUSTOMER


def test_a_told_channel_says_nothing_about_a_mono_call() -> None:
    roles = assign(call(*HOTLINE, mono=True), RoleHints(agent_channel=0))

    assert roles.of("s0").because.code == "role.words"


def test_one_voice_that_says_both_parties_lines_is_nobody_we_know() -> None:
    lines = ["A" + line[1:] for line in (*HOTLINE, "C 我要投诉你们。", "A 给您带来不便非常抱歉，祝您愉快。")]

    roles = assign(call(*lines, mono=True), RoleHints(agent_channel=0, separation=0.8))

    assert (roles.of("s0").role, roles.of("s0").because.code) == (Role.UNKNOWN, "role.unclear")


def test_the_envelope_names_the_channels() -> None:
    machine = Participant("ivr", ParticipantKind.IVR, channel=1, to_ms=500)
    agent = Participant("a", ParticipantKind.AGENT, "8012", channel=1)

    roles = assign(call(*HOTLINE), RoleHints(Envelope(participants=(machine, agent))))

    assert (roles.of("s1").role, roles.of("s0").role) == (Role.AGENT, Role.CUSTOMER)
    assert roles.of("s1").because.code == "role.envelope"


def test_an_envelope_without_channels_leaves_it_to_the_words() -> None:
    people = (Participant("a", ParticipantKind.AGENT), Participant("c", ParticipantKind.CUSTOMER))

    assert (
        assign(call(*HOTLINE), RoleHints(Envelope(participants=people))).of("s0").because.code == "role.words"
    )


@pytest.mark.parametrize(
    ("machine", "mono", "expected"),
    [
        pytest.param(
            Participant("r", ParticipantKind.ROBOT, to_ms=5_000), False, "SCAC", id="only its time is known"
        ),
        pytest.param(
            Participant("r", ParticipantKind.ROBOT), False, "ACAC", id="nobody says when: the agent was there"
        ),
        pytest.param(
            Participant("r", ParticipantKind.ROBOT, channel=0, to_ms=5_000),
            False,
            "SCAC",
            id="its channel is known",
        ),
        pytest.param(
            Participant("r", ParticipantKind.ROBOT, channel=1, to_ms=2_500),
            False,
            "OCAC",
            id="it had the other channel: nobody knows who it was",
        ),
        pytest.param(
            Participant("r", ParticipantKind.ROBOT, to_ms=5_000),
            True,
            "OCAC",
            id="mono is told by voice: it was not the agent, who was not there",
        ),
    ],
)
def test_a_robots_time_tells_its_lines(machine: Participant, mono: bool, expected: str) -> None:
    agent = Participant("a", ParticipantKind.AGENT, "8012", from_ms=5_000 if machine.to_ms else 0)
    lines = call(*HOTLINE, mono=mono)
    separation = 0.95 if mono else 1.0

    found = assign(lines, RoleHints(Envelope(participants=(machine, agent)), separation=separation))

    assert "".join(said.role.value[0].upper() for said in found.spoken(lines)) == expected


@pytest.mark.parametrize(
    ("from_ms", "expected"),
    [
        pytest.param(0, "ACAC", id="there from the beginning"),
        pytest.param(3_000, "ACAC", id="two clocks may differ by two seconds"),
        pytest.param(3_200, "OCAC", id="came after the greeting: somebody else greeted"),
        pytest.param(60_000, "OCOC", id="came after everything"),
    ],
)
@pytest.mark.parametrize("channel", [0, None])
def test_what_was_said_before_the_agent_came_is_not_the_agents(
    from_ms: int, expected: str, channel: int | None
) -> None:
    lines = call(*HOTLINE)
    agent = Participant("a", ParticipantKind.AGENT, "8012", channel=channel, from_ms=from_ms)

    found = assign(lines, RoleHints(Envelope(participants=(agent,))))

    assert "".join(said.role.value[0].upper() for said in found.spoken(lines)) == expected
    assert {line.because.code for line in found.lines} <= {"role.before_agent"}


def test_no_role_is_surer_than_the_voices_are_told_apart() -> None:
    roles = assign(call(*HOTLINE, mono=True), RoleHints(separation=0.5))

    assert roles.of("s0").confidence <= 0.5


def test_the_machines_wording_does_not_make_its_channel_the_agents() -> None:
    lines = ("C 查询业务请按1，人工服务请按0。", "C 为了保证服务质量，本次通话将会录音。", *HOTLINE)

    roles = assign(call(*lines))

    assert roles.of("s0").role is Role.AGENT
    assert [line.role for line in roles.lines] == [Role.SYSTEM, Role.SYSTEM]


def test_a_channel_with_nothing_but_a_machine_is_the_machines() -> None:
    roles = assign(call("C 您拨打的用户已关机，请稍后再拨。", "A 您好，我是安心宽带的客服，打扰您了。"))

    assert roles.of("s1").role is Role.SYSTEM
    assert roles.of("s0").role is Role.AGENT


def test_who_called_helps_where_words_hardly_do() -> None:
    lines = call("A 喂，你好。", "C 你好，您是张女士的家人吗？", "A 是的，您讲。", "C 您看您这边方便吗？")

    outbound = assign(lines, RoleHints(Envelope(direction=Direction.OUTBOUND)))

    assert outbound.of("s1").role is Role.AGENT


def test_agents_who_consult_are_talking_to_nobody_who_counts() -> None:
    lines = call(*HOTLINE, "A 小王，这个客户的单子你看一下。", "C 喂？")
    start_ms, end_ms = lines[4].span.start_ms, lines[4].span.end_ms
    asked = Participant("b", ParticipantKind.AGENT, from_ms=start_ms, to_ms=end_ms + 100)
    held = (CallEvent(EventKind.HOLD, start_ms - 100), CallEvent(EventKind.UNHOLD, end_ms + 100))

    roles = assign(
        lines, RoleHints(Envelope(participants=(Participant("a", ParticipantKind.AGENT), asked), events=held))
    )

    assert [(line.utterance, line.role) for line in roles.lines] == [(lines[4].id, Role.OTHER)]


def test_a_person_swaps_the_roles_and_is_believed() -> None:
    roles = swap(assign(call("A 欢迎致电。", "A 查询请按1。", *HOTLINE)))

    assert (roles.of("s0").role, roles.of("s1").role) == (Role.CUSTOMER, Role.AGENT)
    assert roles.of("s0").confidence == 1.0
    assert [line.role for line in roles.lines] == [Role.SYSTEM, Role.SYSTEM]
    assert swap(swap(roles)) == swap(swap(swap(swap(roles))))


def test_a_person_tells_who_the_agent_is_where_nobody_knew() -> None:
    roles = tell(assign(call("A 嗯。", "C 好的。")), agent="s1")

    assert (roles.of("s0").role, roles.of("s1").role) == (Role.CUSTOMER, Role.AGENT)


def test_a_call_without_words_has_no_roles() -> None:
    assert assign(()) == RoleMap()


RAISED = ("C 短信是短信，规定是规定，我讲了半天你听不懂吗？", "C 我一天要接几百个电话，每个人都像你这样。")
AGENT_ONLY = (
    "A 您好，顺路快递客服，请问有什么可以帮您？",
    "A 请您报一下单号，我帮您查询。",
    "A 感谢您的来电，再见。",
)


@pytest.mark.parametrize(
    ("other", "separation", "roles"),
    [
        pytest.param(RAISED, 0.6, {Role.UNKNOWN}, id="the same agent, louder, is no customer"),
        pytest.param(RAISED, 0.9, {Role.AGENT, Role.CUSTOMER}, id="another voice is another person"),
        pytest.param((*RAISED, "C 嗯。"), 0.6, {Role.AGENT, Role.CUSTOMER}, id="who listens is another"),
        pytest.param(
            ("C 我想问一下我的快递怎么还没到。",), 0.6, {Role.AGENT, Role.CUSTOMER}, id="a customer's words"
        ),
    ],
)
def test_voices_that_are_hardly_two_are_one_unless_the_words_say_otherwise(
    other: tuple[str, ...], separation: float, roles: set[Role]
) -> None:
    said = call(*AGENT_ONLY[:2], *other, AGENT_ONLY[2], mono=True)

    found = assign(said, RoleHints(separation=separation))

    assert {known.role for known in found.speakers} == roles
