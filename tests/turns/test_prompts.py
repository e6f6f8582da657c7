"""Machine lines are told from people who say nearly the same."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qa_service.core.calls import Participant, ParticipantKind
from qa_service.core.speech import Role, Sound, SoundKind, Utterance
from qa_service.core.time import Span
from qa_service.turns.prompts import find_prompts
from tests.turns.lines import call

GREETING = "A 您好，请问有什么可以帮您？"
QUESTION = "C 你好，我想问一下我的订单什么时候能到。"
GOODBYE = "A 好的，感谢您的来电，再见。"


def machines(*said: str, sounds: tuple[Sound, ...] = ()) -> dict[str, str]:
    """The machine's lines of a call: text → code."""
    lines = call(*said)
    texts = {line.id: line.text for line in lines}
    return {
        texts[found.utterance]: found.because.code.removeprefix("system.")
        for found in find_prompts(lines, sounds=sounds)
    }


OPENINGS = [
    ("ivr", "查询话费请按1，宽带报修请按2，人工服务请按0。"),
    ("ivr", "查詢帳單請按1，人工服務請按9。"),
    ("ivr", "普通话服务请按一，英文服务请按二。"),
    ("ivr", "返回上级菜单请按星号键。"),
    ("ivr", "请输入您的身份证号码，以井号键结束。"),
    ("ivr", "您的输入有误，请重新输入。"),
    ("ivr", "情案一，人工服务请案零。"),
    ("ivr", "For English service, please press 2."),
    ("ivr", "请输入卡号后按井号键。"),
    ("voicemail", "请在滴声后开始留言，留言结束后请按井号键。"),
    ("hold", "您的来电对我们非常重要，请耐心等待。"),
    ("carrier", "您所拨打的用户已启用来电提醒服务。"),
    ("transfer", "正在为您转接人工客服，请稍候。"),
    ("queue", "坐席全忙，请稍候。"),
    ("queue", "對不起，目前客服人員忙碌中，請稍候。"),
    ("queue", "您前面还有3位客户正在等待。"),
    ("hold", "请不要挂机。"),
    ("recording_notice", "为了保证服务质量，本次通话可能会被录音。"),
    ("recording_notice", "為確保服務品質，本次通話將全程錄音。"),
    ("recording_notice", "This call may be recorded for quality purposes."),
    ("carrier", "您好，您拨打的用户已关机，请稍后再拨。"),
    ("carrier", "对不起，您拨打的电话正在通话中，请稍后再拨。"),
    ("carrier", "对不起，您拨打的号码是空号，请查证后再拨。"),
    ("carrier", "您撥的電話未開機，請稍後再撥。"),
    ("carrier", "您播打的电话暂时无法接听。"),
    ("carrier", "Sorry, the subscriber you dialed is power off."),
    ("carrier", "Sorry! The number you have dialed is not in service."),
    ("voicemail", "您的电话将转接到语音信箱。"),
    ("voicemail", "您的電話將轉接到語音信箱，嘟聲後開始計費。"),
    ("voicemail", "请在嘀声后留言，结束请挂机。"),
    ("voicemail", "您好，我现在不方便接电话，请在提示音后留言。"),
    ("voicemail", "Please leave a message after the tone."),
]


@pytest.mark.parametrize(("code", "text"), OPENINGS, ids=[text for _, text in OPENINGS])
def test_a_machine_that_opens_the_call_is_recognised(code: str, text: str) -> None:
    assert machines(f"A {text}", GREETING, QUESTION) == {text: code}


@pytest.mark.parametrize(("code", "text"), [line for line in OPENINGS if line[0] in {"carrier", "voicemail"}])
def test_the_carrier_is_recognised_on_the_called_side_too(code: str, text: str) -> None:
    assert machines(f"C {text}", "A 喂，您好，能听到吗？") == {text: code}


ENDINGS = [
    ("survey", "请对本次服务进行评价，满意请按1，一般请按2，不满意请按3。"),
    ("survey", "请对本次服务做出评价。"),
    ("survey", "請對本次服務進行評價，滿意請按1。"),
    ("survey", "感谢您的评价，再见。"),
]


@pytest.mark.parametrize(("code", "text"), ENDINGS, ids=[text for _, text in ENDINGS])
def test_a_survey_after_the_goodbye_is_recognised(code: str, text: str) -> None:
    assert machines(GREETING, QUESTION, GOODBYE, f"A {text}") == {text: code}


AGENTS = [
    "稍后请您对我的服务进行评价。",
    "稍后会有一个满意度评价，满意请按1，谢谢您。",
    "您可以拨打12315按1。",
    "您可以先按1，然后按2，再按0就是人工。",
    "您打过去之后听到提示音就按0。",
    "我的工号是8012，很高兴为您服务。",
    "您好，工号8012为您服务，请问有什么可以帮您？",
    "我正在为您转接，请稍等。",
    "好的，这边正在帮您转接售后专员。",
    "请您不要挂机，我帮您查一下。",
    "麻烦您先不要挂机，稍等一下。",
    "不好意思，刚才坐席全忙，让您久等了。",
    "我们的通话是会录音的，您放心。",
    "本次通话是有录音的，您说的我都会如实登记。",
    "您拨打的号码是我们的售后专线。",
    "请问您拨打的电话是多少呢？",
    "我刚才给您打电话，提示您的手机已关机。",
    "系统提示您的号码已停机，您看是不是欠费了？",
    "您可以在嘀声后留言。",
    "欢迎致电优品商城。",
    "感谢您的来电，祝您生活愉快，再见。",
    "请稍等，我看一下您的订单。",
    "那请您对我刚才的服务做个评价好吗？",
    "您输入的密码不对，我帮您重置一下。",
    "前面还有两位客户在排队，我先帮您登记。",
]
CUSTOMERS = [
    "我打过去一直正在通话中。",
    "你们让我按1按2，按了半天也没有人工。",
    "我打了好几次，都说坐席全忙。",
    "一直让我不要挂机，等了半个小时。",
    "你们这个电话是不是会录音的？",
    "我打那个电话，说您拨打的用户已关机。",
    "她让我在嘀声后留言，我留了也没人回。",
    "满意请按1，我都按了不满意，怎么没人管？",
    "它说请按1，我按了没反应。",
    "我的电话刚才没电关机了。",
    "你就说能不能给我转接人工吧。",
]


@pytest.mark.parametrize("text", AGENTS)
def test_an_agent_who_talks_about_machines_is_a_person(text: str) -> None:
    assert machines(GREETING, QUESTION, f"A {text}", "C 好的。", GOODBYE) == {}


@pytest.mark.parametrize("text", CUSTOMERS)
def test_a_customer_who_quotes_machines_is_a_person(text: str) -> None:
    assert machines(GREETING, f"C {text}", "A 实在抱歉。", GOODBYE) == {}
    assert machines(f"C {text}", "A 实在抱歉。", GOODBYE) == {}


@pytest.mark.parametrize(
    "text",
    [
        "您好，欢迎致电优品商城。",
        "您好，工号8012，很高兴为您服务。",
        "您好，我是平安客服小李，本次通话会有录音，请问方便吗？",
        "您好，感谢您致电，请问有什么可以帮您？",
        "喂，您好，这里是优品商城客服。",
    ],
)
def test_an_agent_who_opens_the_call_is_a_person(text: str) -> None:
    assert machines(f"A {text}", QUESTION, "A 我帮您查询。") == {}


def test_a_welcome_just_before_the_menu_is_the_menus() -> None:
    assert machines("A 欢迎致电优品商城。", "A 订单查询请按1。", GREETING, QUESTION) == {
        "欢迎致电优品商城。": "ivr",
        "订单查询请按1。": "ivr",
    }


def test_a_job_number_announced_before_the_agent_greets_is_the_machines() -> None:
    assert machines("A 工号8012为您服务。", GREETING, QUESTION) == {"工号8012为您服务。": "job_number"}


def test_a_job_number_that_the_customer_answers_was_the_agents_own_greeting() -> None:
    assert machines("A 工号8012为您服务。", QUESTION, "A 好的。") == {}


WAITING = "请不要挂机，您的电话正在保持中。"


def test_a_hold_announcement_that_comes_twice_is_the_machines() -> None:
    found = machines(GREETING, QUESTION, f"A {WAITING}", f"A {WAITING}", "A 让您久等了。")

    assert found == {WAITING: "hold"}


def test_a_hold_announcement_out_of_the_music_is_the_machines() -> None:
    music = Sound(Span(8_000, 9_300), SoundKind.MUSIC)

    assert machines(GREETING, QUESTION, f"A {WAITING}", "C 喂？", sounds=(music,)) == {WAITING: "hold"}


def test_who_says_please_hold_before_the_music_starts_is_a_person() -> None:
    music = Sound(Span(20_000, 40_000), SoundKind.MUSIC)

    assert machines(GREETING, QUESTION, "A 请稍候，请不要挂机。", sounds=(music,)) == {}


CLOSING = "A 感谢您的来电，祝您生活愉快，再见。"


def test_a_goodbye_that_may_be_a_neighbours_makes_no_machine_of_the_agents_own() -> None:
    lines: tuple[Utterance, ...] = call(GREETING, QUESTION, CLOSING, "C 好的，没有了。", CLOSING)
    overheard = tuple(
        replace(said, unreliable="unreliable.faint") if said.id == lines[2].id else said for said in lines
    )

    assert find_prompts(overheard) == ()


def test_signalling_names_the_machine_whatever_it_says() -> None:
    lines: tuple[Utterance, ...] = call("A 小优来帮你，请说出你的需求。", "C 转人工。", GREETING)
    robot = Participant("bot", ParticipantKind.ROBOT, channel=0, to_ms=6_000)

    (found,) = find_prompts(lines, participants=[robot])

    assert (found.utterance, found.role, found.because.code) == (lines[0].id, Role.SYSTEM, "system.envelope")
