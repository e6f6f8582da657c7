"""Families of calls in which nothing may be covered, however many digits they have."""

from __future__ import annotations

from random import Random

from tests.privacy import numbers, saying
from tests.privacy.cases import Made

_WORDS = "零一二三四五六七八九"


def _read(random: Random, row: str) -> str:
    said = random.choice((saying.plain, saying.spoken, saying.spoken))(random, row)
    return said.strip("«»")


def _spelled(number: int) -> str:
    """As money is said: 一百三十八."""
    said, rest = "", number
    for unit, name in ((1000, "千"), (100, "百"), (10, "十")):
        if rest >= unit:
            said += _WORDS[rest // unit] + name
            rest %= unit
            said += "零" if 0 < rest < unit // 10 else ""
    return said + (_WORDS[rest] if rest else "")


def order(random: Random) -> list[str]:
    row = _read(random, numbers.order(random))
    frames = ("订单号{}", "单号是{}", "我的订单编号{}", "工单号{}，请您保存", "运单号{}", "流水号{}查一下")
    if random.random() < 0.3:
        return ["A:订单号您报一下", row]
    return [random.choice(frames).format(row)]


def hotline(random: Random) -> list[str]:
    number = random.choice(
        (
            "12315",
            "12345",
            "110",
            "95588",
            "95533",
            "10086",
            "10000",
            "12306",
            "400-812-3123",
            "4008888999",
            "800-820-8820",
            "96110",
            "123-15",
            "12378",
        )
    )
    said = (
        random.choice((saying.plain, saying.spoken))(random, number.replace("-", ""))
        if random.random() < 0.5
        else number
    )
    frames = (
        "您可以打{}投诉",
        "我们的客服热线是{}",
        "拨打{}就行",
        "我要打{}",
        "{}",
        "电话{}，二十四小时",
        "请拨打{}转人工",
    )
    return [random.choice(frames).format(said.strip("«»"))]


def amount(random: Random) -> list[str]:
    number = random.randint(11, 9999)
    said = random.choice((f"{number}", f"{number}.{random.randint(10, 99)}", _spelled(number)))
    unit = random.choice(("块", "元", "块钱"))
    frames = ("一共{}{}", "退您{}{}", "这个月扣了我{}{}", "{}{}一个月的套餐", "余额还剩{}{}")
    return [random.choice(frames).format(said, unit)]


def when(random: Random) -> list[str]:
    year, month, day = random.randint(2019, 2027), random.randint(1, 12), random.randint(1, 28)
    hour, minute = random.randint(1, 23), random.randint(10, 59)
    spoken_year = "".join(_WORDS[int(digit)] for digit in str(year))
    date = random.choice(
        (
            f"{year}年{month}月{day}号",
            f"{spoken_year}年{_spelled(month)}月{_spelled(day)}号",
            f"{year}-{month:02}-{day:02}",
            f"{year}/{month}/{day}",
            f"{month}月{day}日{hour}点{minute}分",
            f"{year}年{month}月{day}日 {hour}:{minute}:{random.randint(10, 59)}",
        )
    )
    return [random.choice(("我{}下的单", "{}之前给您回复", "合同是{}签的", "最晚{}", "{}")).format(date)]


def measure(random: Random) -> list[str]:
    few = random.randint(2, 48)
    return [
        random.choice(
            (
                f"{few}小时内给您回电",
                f"预计{few}到{few + 3}个工作日",
                f"百分之{_spelled(few)}的手续费",
                f"年化{few}.{random.randint(1, 99)}%",
                f"我等了{few * 3}分钟了",
                f"{few}G流量{few * 10}分钟通话",
                f"从{few}楼到{few + 5}楼",
                f"{few}点{few}公里",
                "三五天就好",
                "一二十个人排队",
            )
        )
    ]


def model(random: Random) -> list[str]:
    row = numbers.digits(random, random.randint(3, 6))
    name = random.choice(
        (
            f"HUAWEI P{row[:2]}",
            f"型号是KFR-{row}GW",
            f"X{row}",
            f"SF{row}{row}{row}",
            f"A{row}款",
            f"iPhone {row[:2]}",
            f"错误代码{row}",
        )
    )
    return [random.choice(("我买的{}", "{}用不了", "您说的是{}吗")).format(name)]


def counting(random: Random) -> list[str]:
    return [
        random.choice(
            (
                "一二三四",
                "一二三四五六七八",
                "喂喂，一二三，听得见吗",
                "12345678",
                "一三五七九上班",
                "二四六不限行",
                "一五一十地跟您说",
                "三七二十一",
                "九九八十一",
                "五五开",
                "四六分",
                "七七八八都弄好了",
                "十有八九是线路问题",
                "一来二去就三四个月了",
            )
        )
    ]


_TALK = (
    "我就是要退起码一半的钱是不是",
    "要不要我帮您查一下吧",
    "是是是，就是这个事",
    "起来吧，要是还不行就重启",
    "这个酒要一点时间",
    "二维码是不是要重新扫一下",
    "我是一个老客户了，就要一个说法",
    "第一个是第二个，第三个才是",
    "他要三个，我要两个，一共五个",
    "吧台那边要一个服务是吧",
    "一个是一百兆，一个是两百兆",
    "这一个月就三次了，一次是七点，一次是八点",
    "从一楼到九楼都是要一起检修的",
    "您看是要一还是要二",
    "一直都是要等一个小时",
    "零零散散的费用",
    "你们三个四个客服说法都不一样",
    "这个手机壳一百多，那个八九十",
    "先生您好，请问有什么可以帮您",
    "住在我们这儿的用户都知道",
    "地址是不是填错了",
    "名字写错了能改吗",
    "验证码收不到怎么办",
    "尾号不对吧",
    "密码忘了",
    "手机号变更要去营业厅",
    "身份证复印件要两份",
    "银行卡三到五个工作日到账",
    "微信支付宝都可以",
    "有效期是三个月",
    "有效期到2027年12月",
)


def talk(random: Random) -> list[str]:
    return [random.choice(_TALK), random.choice(_TALK)]


HARMLESS: dict[str, tuple[int, Made]] = {
    "order and ticket numbers": (300, order),
    "hotlines": (200, hotline),
    "amounts": (150, amount),
    "dates and times": (150, when),
    "durations, shares, counts": (120, measure),
    "models, waybills": (120, model),
    "counting, sayings": (80, counting),
    "everyday talk": (200, talk),
}
