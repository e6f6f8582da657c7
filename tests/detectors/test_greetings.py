"""Greetings and goodbyes: the many ways to say them, and what sounds like one and is none."""

from __future__ import annotations

import pytest

from qa_service.core.speech import Utterance
from qa_service.detectors.service import ServiceActs
from tests.make import tags_of, utterance

FILLED = ("我看看", "好的呀", "这边呢")


def said(*lines: str) -> list[Utterance]:
    """An agent's sentences, ten seconds apart."""
    return [utterance(text, 10_000 * i) for i, text in enumerate(lines)]


def acts(text: str, *, turn: int = 1) -> set[str]:
    """What is found in the whole opening up to and with this sentence."""
    before = [FILLED[i % 3] for i in range(turn - 1)]
    return {tag.label.removeprefix("service.") for tag in tags_of(ServiceActs(), said(*before, text))}


@pytest.mark.parametrize(
    "text",
    [
        *("请问有什么可以帮你的吗", "请问有什么能帮到你", "有什么需要帮忙的吗", "請問有什麼可以為您服務"),
        *("请问需要什么帮助", "请问您要办理什么业务", "欢迎致电星辰宽带", "感谢致电", "早上好", "你好"),
        *("金穗财富，有啥能帮您", "请问有什么事情可以帮您", "金穗财富客服，请讲", "谢谢您的来电"),
    ],
)
def test_ways_to_greet(text: str) -> None:
    assert "greeting" in acts(text)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "喂，说",
            "什么事",
            "你要干嘛",
            "你有什么不满意的",
            "有什么好说的",
            "户号多少",
            "还有什么可以帮您的吗",
        ),
        *("不为您服务了", "您刚才说的您好", "你有什么问题吗", "谁让您打来的"),
    ],
)
def test_no_greetings(text: str) -> None:
    assert "greeting" not in acts(text)


@pytest.mark.parametrize(
    "text",
    [
        *("请问您还有别的问题吗", "还有什么能帮您的吗", "还有其它需要吗", "您看还有没有什么别的需要咨询的"),
        *("還有其他需要幫忙的嗎", "祝您周末愉快", "祝你生活愉快", "祝您和家人身体健康", "祝您早日康复"),
        *("那先不打扰了", "谢谢，打扰您了", "那不打扰你了", "有问题随时联系我们", "您有任何问题再打给我们"),
        *("您看还需要办别的吗", "感谢您对我们工作的支持", "祝您一切都好", "稍后邀请您评价", "那先这样再贱"),
        *("感谢你的来电", "感谢您的接听", "谢谢您的配合", "再见", "拜拜", "期待您的再次来电"),
    ],
)
def test_ways_to_close(text: str) -> None:
    assert "closing" in acts(text, turn=9)


@pytest.mark.parametrize("text", ["不客气", "那就这样", "谢谢您", "您先忙", "慢走"])
def test_half_a_goodbye_is_for_a_person_to_judge(text: str) -> None:
    (tag,) = tags_of(ServiceActs(), [*said(*FILLED), utterance(text, 90_000)])

    assert (tag.label, tag.confidence) == ("service.closing", 0.6)


@pytest.mark.parametrize(
    "text",
    [
        *("办好了", "就这样吧你", "没别的了吧", "还有一笔是三十块", "还有什么好说的", "您有问题也没用"),
        *("有问题您自己看", "我祝您不了", "别打扰我", "嗯", "行了"),
    ],
)
def test_no_goodbyes(text: str) -> None:
    assert "closing" not in acts(text, turn=9)


THANKS, HELLO = "感谢您的来电", "您好，请问有什么可以帮您"


@pytest.mark.parametrize(
    ("lines", "labels"),
    [
        pytest.param((HELLO, "九点到六点", f"{THANKS}，再见"), {"greeting", "closing"}, id="a call of three"),
        pytest.param((HELLO, f"不客气，{THANKS}"), {"greeting", "closing"}, id="after 不客气"),
        pytest.param((f"不客气，{THANKS}",), {"closing"}, id="after 不客气, even at first"),
        pytest.param((HELLO, THANKS), {"greeting", "closing"}, id="thanks after a greeting close"),
        pytest.param((f"{HELLO}", f"您好，{THANKS}"), {"greeting", "closing"}, id="a filler 您好 with them"),
        pytest.param(("喂说", THANKS), {"greeting", "closing"}, id="nobody greeted: they may be either"),
        pytest.param((f"{THANKS}，请讲", "九点"), {"greeting"}, id="thanks at first greet"),
        pytest.param((THANKS, "九点"), {"greeting"}, id="thanks alone at first greet"),
        pytest.param((f"{THANKS}，再见",), {"closing"}, id="with a goodbye they close, even at first"),
        pytest.param((f"您好，{THANKS}，再见",), {"greeting", "closing"}, id="a call of one sentence"),
        pytest.param(("喂说", "九点", "六点", THANKS), {"closing"}, id="after the opening they close"),
    ],
)
def test_thanks_greet_or_close(lines: tuple[str, ...], labels: set[str]) -> None:
    found = tags_of(ServiceActs(), said(*lines))

    assert {tag.label.removeprefix("service.") for tag in found} == labels
