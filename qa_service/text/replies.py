"""What a reply does to a question: answers it, may answer it, leaves it open, apologises, or goes round it.

The doubt goes to the agent: whatever could be an answer of the kind asked for is at least a *touch*, and
only the customer can say that it was none.
"""

from __future__ import annotations

import re
from enum import Enum

from qa_service.core.speech import spoken_chars
from qa_service.text.answers import answers, answers_plainly, asks_back, commits, is_definite, says_yes_or_no
from qa_service.text.hedges import hedges
from qa_service.text.normalize import Folded
from qa_service.text.questions import Asked


class Reply(Enum):
    """What a reply does to the question before it."""

    ANSWER = "answer"  # 明天上午; 我帮您查一下; 请问订单号
    TOUCH = "touch"  # speaks of the matter, or gives what may be a reason: 这是系统自动扣的
    HEDGE = "hedge"  # leaves it open: 应该快了吧
    SORRY = "sorry"  # nothing but an apology
    DODGE = "dodge"  # something else: 我们的师傅都很专业
    NOTHING = "nothing"  # a back-channel, or that somebody is there: 嗯嗯, 您好我在的


#: Shorter replies that do not answer are back-channels.
_LEAST_CHARS = 4
_PRESENT = re.compile(r"^(?:您好|你好|我|在的?|呢|哦|嗯|啊|亲爱的|亲|先生|女士|喂|哈)*$")
#: What an apology is made of; what is left of it says something or does not.
_SORRY = re.compile(
    r"(?:真的?|非常|实在|很|太|挺|这个|也|我们?|代表|公司|向您|跟您|先|表示|是|给您|让您|带来了?|的|了|啊|呢|哦|呀)"
    r"|抱歉|对不起|不好意思|歉意|道歉|致歉|致以|谅解|见谅|原谅|请您?|不便|麻烦|添堵|久等|sorry"
)
_IS_SORRY = re.compile(r"抱歉|对不起|不好意思|歉意|道歉|致歉|谅解|见谅|原谅|sorry")
_LEFT_OVER = 2


def reply_to(folded: Folded, asked: frozenset[Asked], question: str) -> Reply:
    """How a reply stands to a question of the kinds `asked`, whose folded asking part is `question`.

    >>> from qa_service.text.normalize import fold
    >>> reply_to(fold("我们的师傅都是很专业的"), frozenset({Asked.WHEN}), "什么时候能修好")
    <Reply.DODGE: 'dodge'>
    """
    if commits(folded) or asks_back(folded):
        return Reply.ANSWER
    if hedges(folded) and not (is_definite(folded, asked) or says_yes_or_no(folded, asked)):
        return Reply.HEDGE
    if answers_plainly(folded, asked, question):
        return Reply.ANSWER
    if spoken_chars(folded.original) < _LEAST_CHARS or _PRESENT.match(folded.text):
        return Reply.NOTHING
    if _IS_SORRY.search(folded.text) and len(_SORRY.sub("", folded.text)) <= _LEFT_OVER:
        return Reply.SORRY
    return Reply.TOUCH if answers(folded, asked, question) else Reply.DODGE
