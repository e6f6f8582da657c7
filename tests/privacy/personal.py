"""Families of calls with personal data in them."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from tests.privacy import numbers, saying
from tests.privacy.cases import Made
from tests.privacy.saying import Way

_ANY = ("{n}", "好的，{n}。", "你记一下，{n}", "{n}，对，就这个", "我说一下啊，{n}谢谢", "是{n}吧")
_MOBILE = (
    "我的手机号是{n}",
    "电话{n}",
    "您打{n}找我",
    "我现在用的是{n}这个号",
    "号码{n}，您核对一下",
    "联系方式：{n}",
    *_ANY,
)
_ID = ("身份证号{n}", "我的身份证是{n}", "证件号码{n}麻烦您查一下", *_ANY)
_CARD = ("卡号是{n}", "我这张银行卡{n}", "您退到{n}这张卡上", "信用卡{n}", *_ANY)


def _in(random: Random, frames: Sequence[str], said: str) -> list[str]:
    return [random.choice(frames).format(n=said)]


def _said(*ways: Way) -> Made:
    """A mobile, an identity number or a card, said in one of these ways."""

    def make(random: Random) -> list[str]:
        frames, number = random.choice(
            (
                (_MOBILE, numbers.mobile(random)),
                (_ID, numbers.identity(random)),
                (_CARD, numbers.card(random)),
            )
        )
        return _in(random, frames, random.choice(ways)(random, number))

    return make


def identity(random: Random) -> list[str]:
    return _in(random, _ID, random.choice((saying.plain, saying.spaced))(random, numbers.identity(random)))


def old_identity(random: Random) -> list[str]:
    number = numbers.identity(random)
    return _in(random, _ID[:3], saying.marked(number[:6] + "19"[2:] + number[8:17]))


def card(random: Random) -> list[str]:
    return _in(random, _CARD, random.choice((saying.plain, saying.spaced))(random, numbers.card(random)))


def mobile(random: Random) -> list[str]:
    prefix = random.choice(("", "", "", "+86", "+86 ", "86-", "0086", "0086 "))
    said = random.choice((saying.plain, saying.spaced))(random, numbers.mobile(random))
    return _in(random, _MOBILE, saying.marked(prefix) + said if prefix else said)


def landline(random: Random) -> list[str]:
    area, number = numbers.landline(random)
    joined = random.choice((f"{area}-{number}", area + number, f"({area}){number}", f"{area} {number}"))
    if random.random() < 0.3:
        return _in(random, ("座机{n}", "家里电话是{n}", "固话{n}"), saying.marked(number))
    return _in(random, _MOBILE, saying.marked(joined))


def pieces(random: Random) -> list[str]:
    """Asked for, said piece by piece with 嗯 of the agent in between, and often read back."""
    what, number = random.choice(
        (
            ("手机号", numbers.mobile(random)),
            ("身份证号", numbers.identity(random)),
            ("银行卡号", numbers.card(random)),
        )
    )
    way = random.choice((saying.plain, saying.spoken, saying.counted))
    said = [random.choice(("A:请问您的{}是多少", "A:麻烦报一下您的{}", "A:您的{}？")).format(what)]
    for piece in saying.chunks(random, number):
        said.append(way(random, piece))
        said.append("A:" + random.choice(("嗯", "好的", "您说", "嗯，您继续", "对", "好")))
    if random.random() < 0.5:
        said.append("A:跟您核对一下，" + saying.spoken(random, number) + "，对吗")
        said.append("对的")
    return said


def email(random: Random) -> list[str]:
    name = random.choice(("zhangsan", "li.wei", "abc_2019", "wang-fang88", "kefu2020"))
    name += str(random.randint(1, 999))
    domain = random.choice(("163.com", "qq.com", "gmail.com", "126.com", "sina.com.cn", "example.com"))
    written = random.choice(
        (
            f"{name}@{domain}",
            f"{name.replace('.', '点').replace('_', '下划线').replace('-', '')}艾特{domain.replace('.', '点')}",
        )
    )
    return _in(random, ("我的邮箱是{n}", "发到{n}就行", "邮箱{n}"), saying.marked(written))


def chat(random: Random) -> list[str]:
    if random.random() < 0.5:
        return _in(
            random,
            ("我的QQ号是{n}", "QQ {n}", "加我扣扣{n}"),
            saying.marked("1" + numbers.digits(random, random.randint(5, 9))),
        )
    name = random.choice(("wx_", "lily", "zhang", "a", "kk-")) + numbers.digits(random, 6)
    return _in(random, ("微信号是{n}", "我的微信号{n}", "加微信 {n}"), saying.marked(name))


def plate(random: Random) -> list[str]:
    row = random.choice("ABCDE") + "".join(
        random.choice("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789") for _ in range(2)
    )
    return _in(
        random,
        ("车牌号{n}", "我的车是{n}", "车牌是{n}，白色的", "{n}这辆车"),
        saying.marked(random.choice("京沪粤浙苏川鄂") + row + numbers.digits(random, 3)),
    )


def document(random: Random) -> list[str]:
    kind, number = random.choice(
        (
            ("护照", random.choice("EG") + numbers.digits(random, 8)),
            ("护照号码是", "E" + random.choice("ABCD") + numbers.digits(random, 7)),
            ("港澳通行证", "C" + numbers.digits(random, 8)),
            ("台胞证号", numbers.digits(random, 8)),
            ("回乡证", random.choice("HM") + numbers.digits(random, 10)),
        )
    )
    return [kind + saying.marked(number)]


def card_code(random: Random) -> list[str]:
    code, month, year = numbers.digits(random, 3), random.randint(1, 12), random.randint(26, 33)
    way = random.choice((saying.plain, saying.spoken))
    return [
        "卡号" + saying.plain(random, numbers.card(random)),
        "A:有效期呢",
        saying.marked(random.choice((f"{month:02}{year}", f"{month:02}/{year}", f"{month}月{year}年"))),
        "A:" + random.choice(("背面的三位安全码", "卡背面后三位")),
        way(random, code),
    ]


def one_time_code(random: Random) -> list[str]:
    code = numbers.digits(random, random.choice((4, 6, 6)))
    way = random.choice((saying.plain, saying.spoken))
    if random.random() < 0.5:
        return ["A:短信验证码发给您了，报一下", way(random, code)]
    return _in(random, ("验证码是{n}", "验证码{n}", "我收到的校验码是{n}"), way(random, code))


def partial(random: Random) -> list[str]:
    piece = numbers.digits(random, 4)
    way = random.choice((saying.plain, saying.spoken))
    if random.random() < 0.3:
        return ["A:您卡号的后四位是多少", way(random, piece)]
    return _in(
        random, ("尾号{n}的那张卡", "后四位是{n}", "手机尾号{n}", "身份证后四位{n}"), way(random, piece)
    )


def name(random: Random) -> list[str]:
    full = random.choice("王李张刘陈杨赵黄周吴徐孙林何高") + "".join(
        random.sample("伟芳娜敏静磊洋艳勇军杰娟涛明超秀霞平刚桂英华玉建国文斌小丽", random.choice((1, 2, 2)))
    )
    frames = (
        "我叫{n}",
        "我的名字是{n}，麻烦查一下",
        "收件人{n}",
        "姓名：{n}",
        "A:您是{n}先生对吗",
        "户名是{n}",
        "A:请问是{n}女士吗",
    )
    return _in(random, frames, saying.marked(full))


def address(random: Random) -> list[str]:
    street = random.choice(("建设", "中山", "人民", "解放", "长江", "学府", "和平")) + random.choice(
        ("路", "街", "大道")
    )
    home = random.choice(
        (
            f"{random.randint(1, 900)}号",
            f"{random.randint(1, 300)}号{random.randint(1, 30)}栋{random.randint(101, 2505)}室",
        )
    )
    city = random.choice(("", "北京市朝阳区", "杭州市西湖区", "广东省深圳市南山区", "成都高新区"))
    frames = (
        "我住在{n}",
        "地址是{n}",
        "送到{n}",
        "收货地址：{n}",
        "A:您登记的地址是{n}对吗",
        "麻烦上门，{n}",
    )
    return _in(random, frames, saying.marked(city + street + home))


WRITTEN: dict[str, tuple[int, Made]] = {
    "identity": (300, identity),
    "identity, 15 digits": (60, old_identity),
    "bank card": (400, card),
    "mobile": (400, mobile),
    "landline": (150, landline),
}
SPOKEN: dict[str, tuple[int, Made]] = {
    "read out": (200, _said(saying.spoken, saying.counted)),
    "with pauses": (200, _said(saying.paused)),
    "corrected": (150, _said(saying.corrected)),
    "figures and words": (200, _said(saying.mixed)),
    "in pieces, read back": (250, pieces),
}
MISHEARD: dict[str, tuple[int, Made]] = {"misheard": (300, _said(saying.misheard))}
OTHERS: dict[str, tuple[int, Made]] = {
    "e-mail": (100, email),
    "WeChat, QQ": (100, chat),
    "plate": (100, plate),
    "passport and the like": (100, document),
    "card, expiry, code": (100, card_code),
    "one-time code": (100, one_time_code),
    "part of a number": (100, partial),
    "name": (100, name),
    "address": (100, address),
}
