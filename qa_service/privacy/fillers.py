"""What people say inside a number that is no part of it: 嗯, 那个, 不对, 后面是."""

from __future__ import annotations

import re

from qa_service.privacy.kinds import COVER, HIDDEN
from qa_service.privacy.sounds import ALIKE_CHARACTER, ATOM
from qa_service.text.characters import MARKS

_SPOKEN_MARKS = "逗号|杠|横杠|中杠|减|空格|转"
_FILLERS = (
    "嗯|啊|呃|额|哦|噢|唉|哎|诶|唔|哈|嗨|那个|这个|然后呢?|后面|接着|再|还有|就是|就|是|对|好的?|的|吧|呢|啦"
    "|等[1]?下|稍等|我?看看|我?看[1]下|我想想|我想[1]下|我找[1]下|我找找|完了是?|下面|前面|开始"
    "|您听好|您再听|这样|最后|中间|[1]共|嘛|呀|先是|再来|末了"
    "|先记着|(?:[您你]?先?记[1]下|记好了?|记住|记下来?)[啊哈吧]?了?吗?|记了吗"
    "|是?多少来着|等等|等[1]?会儿?|我?翻[1]下"
    "|(?:最后|后面|后|末|前面|前|中间)的?[0-9][位个组段](?:数字|数|号|字母)?(?:是|为)?个?(?:大写的?|字母)?"
)
_CORRECTION = (
    "不对|不是|错了|我?说错了?|记错了?|报错了?|打错了?|更正[1]?下?|应该是|重新说|重新报"
    "|重来|再来|哦不|改成|改为"
)
_GAP = re.compile(f"(?:[{MARKS}]|{_CORRECTION}|{_FILLERS}|{_SPOKEN_MARKS})*+")
_FOLLOW = re.compile(f"(?:[{MARKS}]|{_CORRECTION}|{_FILLERS}|{_SPOKEN_MARKS}|{ALIKE_CHARACTER})*?(?:{ATOM})")
_CORRECTS = re.compile(_CORRECTION)
_SAID = re.compile(
    f"(?:{ATOM}|{ALIKE_CHARACTER}|[{COVER}{HIDDEN}a-z]|[{MARKS}]|{_CORRECTION}|{_FILLERS}|{_SPOKEN_MARKS}|吗|了|我|您|没错)++"
)


def is_filler(text: str) -> bool:
    """Whether plain text says nothing: marks, 嗯, 那个, 不对."""
    return _GAP.fullmatch(text) is not None


def others(text: str) -> int:
    """How many characters of plain text are neither digits nor letters, fillers or marks."""
    return len(_SAID.sub("", text))


def corrects(text: str) -> bool:
    """Whether the speaker takes something back: 不对, 说错了."""
    return _CORRECTS.search(text) is not None


def digits_follow(text: str) -> bool:
    """Whether plain text begins with a digit, or with fillers and then a digit."""
    return _FOLLOW.match(text) is not None
