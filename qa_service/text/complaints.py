"""Whether an agent helps a customer to complain: grants the right and says where or how."""

from __future__ import annotations

import re

from qa_service.text.normalize import Folded

_GRANTS = re.compile(
    r"有(?:这个?|那个?|您的)?权(?:利|益)?|(?:是)?(?:您|你)的权利|(?:我|我们)?不(?:会)?拦(?:着)?(?:您|你)|(?:完全)?可以(?:去)?(?:投诉|反映|申诉|举报)"
    r"|支持(?:您|你)(?:去)?(?:投诉|反映|维权)|理解(?:您|你)(?:想|要)?(?:去)?(?:投诉|申诉|反映)"
)
_WAY = re.compile(
    r"(?:电话|热线|号码|受理号)(?:是|打|直接)|电话打|(?:可以)?(?:拨打?|打)(?:电话)?[0-9]{3,}|[0-9]{4,}(?:可以|也可以|电话|热线|的电话)"
    r"|(?:在|上|到|用|通过)[^，。？！]{0,6}(?:小程序|网站|官网|公众号|app|平台|网上|窗口|信箱|邮箱)|(?:小程序|网站|官网|公众号|信箱|邮箱)(?:里|上)?(?:填|提交|写|投|反映)"
    r"|(?:帮|给|替)(?:您|你)(?:登记|写|填|转|报|准备)|(?:材料|单据|凭证|发票|录音|订单号)[^，。？！]{0,8}(?:发|给|寄|准备|备好|写|带|填|附)"
    r"|(?:写|填|带|附)(?:上|好)?(?:您|你)?的?(?:材料|单据|凭证|发票|录音|订单号)"
)


def helps_complain(folded: Folded) -> bool:
    """Whether both are there: the right to complain, and a number, a place or papers to do it with.

    >>> from qa_service.text.normalize import fold
    >>> helps_complain(fold("您有这个权利，12315可以电话打，也可以在小程序里填"))
    True
    >>> helps_complain(fold("那您去投诉吧"))
    False
    """
    return bool(_GRANTS.search(folded.text) and _WAY.search(folded.text))
