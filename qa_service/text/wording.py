"""Taiwan wording and spelled-out variants, brought to the words that mainland rules use.

Keys are written with characters already folded, so that one table serves both scripts: a Taiwanese call
stored in simplified characters still says 简讯. Pairs follow OpenCC's `tw2sp` where it has the word; words
that mean something else on the mainland (资料, 影片, 专案, 支援, 透过) are left as they are.
"""

from __future__ import annotations

import re
from functools import cache

from ahocorasick_rs import AhoCorasick, MatchKind

#: From OpenCC's `tw2sp` (tests/text/test_wording.py holds them against it).
FROM_OPENCC = {
    "简讯": "短信", "网路": "网络", "软体": "软件", "硬体": "硬件", "韧体": "固件", "程式": "程序",
    "设定": "设置", "伺服器": "服务器", "资讯": "信息", "讯号": "信号", "登入": "登录", "登出": "注销",
    "萤幕": "屏幕", "滑鼠": "鼠标", "列印": "打印", "计程车": "出租车", "回覆": "回复",
    "记忆体": "内存", "晶片": "芯片", "随身碟": "U盘", "使用者": "用户", "介面": "界面",
    "连结": "链接", "点选": "点击", "宽频": "宽带", "搜寻": "搜索", "印表机": "打印机",
    "网际网路": "互联网", "联络": "联系",
}  # fmt: skip

#: Our own: words of service calls that OpenCC does not convert, and ways of saying the same thing.
OURS = {
    "甚么": "什么", "身分证": "身份证", "身分": "身份", "门号": "手机号", "客诉": "投诉", "提款卡": "银行卡",
    "门市": "门店", "礼拜": "星期", "保固": "保修", "资费方案": "套餐", "超商": "便利店", "宅配": "快递",
    "连络": "联系", "行动电话": "手机", "储值": "充值", "提款机": "取款机", "折价券": "优惠券", "品质": "质量",
    "预设": "默认", "百分之百": "100%", "百分之一百": "100%", "百分百": "100%",
}  # fmt: skip

#: 线上 is OpenCC's too, but 生产线上 is on a line, and in 在线上传 and 热线上午 the 上 belongs to what follows.
_ONLINE = re.compile(
    "(?:(?<![现正实存])在线上|(?<![路航战轴前专曲防直光岸无上界沿外网电热产阵短复火管总导底主内针水红环侧基引力经境毛阳纱跑斜切下断掉拔接"
    "划压话横眼垂号高地拉铁准标频据带源一二三四五六七八九十0-9])线上)"
    "(?!传|网|报|午|班|面(?![试签谈授])|方|涨|升(?!级)|边|头|限|次|个|周|市(?!场)|门(?![店市诊])|车|海|空|半|不了|年|月)"
)


def _pairs() -> dict[str, str]:
    """Folding is lower case, so targets are too."""
    return {old: new.lower() for old, new in (FROM_OPENCC | OURS).items()}


@cache
def _scanner() -> tuple[AhoCorasick, tuple[str, ...]]:
    pairs = _pairs()
    return AhoCorasick(list(pairs), matchkind=MatchKind.LeftmostLongest), tuple(pairs.values())


def rewordings(text: str) -> list[tuple[int, int, str]]:
    """Where `text` (folded characters) says it the other way: (start, end, what rules say), in order.

    >>> rewordings("请您留意简讯")
    [(4, 6, '短信')]
    """
    scanner, targets = _scanner()
    found = [(start, end, targets[which]) for which, start, end in scanner.find_matches_as_indexes(text)]
    if "线上" in text:
        found = sorted([*found, *((*match.span(), "在线") for match in _ONLINE.finditer(text))])
    return found
