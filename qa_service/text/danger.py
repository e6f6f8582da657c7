"""Warnings that cannot wait until the other has finished: fire, gas, current, fraud."""

from __future__ import annotations

import re

from qa_service.text.normalize import Folded

_STOP = r"(?:千万|一定|先|赶紧|立刻|马上|现在|您|你)*(?:别|不要|不能|不可以|不许)(?:再|去|先)?"
_WARNS = re.compile(
    rf"{_STOP}(?:动(?!不动|怒|气|手|摇)|开灯|关灯|开关|按(?:开关|电)|碰(?!运气|到|上|巧|壁)|摸|点火|抽烟|打火|插电|通电|拔插头|进去|靠近|用明火|开火"
    r"|转账|汇款|转钱|打钱|付款|扫码|点(?:那个|这个|任何)?链接|告诉(?:他|她|他们|对方|任何人)|下载|给他)"
    r"|(?:关|拧)(?:掉|上|闭|紧|了)?(?:煤气|燃气|天然气|气阀|阀门|总阀|总闸|电闸|电源|火)|拉(?:下)?(?:总闸|电闸)"
    r"|(?:赶紧|赶快|快|马上|立刻|把)(?:打)?开(?:门|窗)|(?:打)?开窗|(?:马上|立刻|立即|赶紧|赶快|快|先)(?:点|都)?(?:离开|出去|出来|撤|跑|下楼|停车|报警|躲)"
    r"|(?:打|拨|拨打)1(?:19|10|20)(?!也|都|没|吧你)|(?:是|遇到|碰到)(?:诈骗|骗子|骗局)|会(?:爆炸|触电|着火|中毒)"
)


def warns(folded: Folded) -> bool:
    """Whether somebody is told to stop, or to get away, because of a danger.

    >>> from qa_service.text.normalize import fold
    >>> warns(fold("您千万不要开灯，先开窗")), warns(fold("您别动不动就投诉，先听我说"))
    (True, False)
    """
    return bool(_WARNS.search(folded.text))
