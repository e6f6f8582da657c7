"""Words that say what a number, name or place near them is."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind

from qa_service.privacy.plain import CallText, plain_word


class Cue(StrEnum):
    """What a word announces."""

    PHONE = "phone"  # 手机号, 联系方式: a phone number follows
    PHONE_NEAR = "phone_near"  # 手机, 电话: one may follow
    ID = "id"
    CARD = "card"  # 卡号
    CARD_NEAR = "card_near"  # 银行卡, 信用卡: a card number may follow
    CARD_CODE = "card_code"
    EXPIRY = "expiry"
    CHECK = "check"
    CODE = "code"
    PASSWORD = "password"  # noqa: S105 - the name of a cue
    PARTIAL = "partial"
    QQ = "qq"
    WECHAT = "wechat"
    DOCUMENT = "document"
    ACCOUNT = "account"
    REFERENCE = "reference"
    HOTLINE = "hotline"
    #: Money, counts, and compounds of the words above that announce nothing: 电话里, 手机壳.
    NOTHING = "nothing"
    NAME = "name"  # 我叫: a name follows
    TITLE = "title"  # 先生: a name stands before
    SURNAME = "surname"  # 姓: a surname follows
    ADDRESS = "address"


_WORDS = {
    Cue.PHONE: (
        "手机号 手机号码 手机号是 电话号码 电话号 联系方式 联系电话 联系号码 预留号码 预留电话 "
        "预留手机 来电号码 主叫号码 本机号码 号码是 号码为 号码 电话是 电话多少 电话是多少 手机是 "
        "手机多少 手机是多少 留个电话 留个手机 留一下电话 报一下电话 报一下手机 报下电话 报下手机 "
        "说一下电话 回拨电话 座机 座机号 座机号码 固话 固定电话 家里电话 办公电话 单位电话 备用电话 "
        "紧急联系电话"
    ),
    Cue.PHONE_NEAR: "手机 电话 打到 拨打 回电 机主 tel phone mobile",
    Cue.ID: (
        "身分证 身分证号 身分证号码 身分证字号 身份证字号 身份证 身份证号 "
        "身份证号码 证件号 证件号码 身份证件 身份号码 居民身份证 身份信息"
    ),
    Cue.CARD: "卡号 银行卡号 信用卡号 银行卡卡号 信用卡卡号 储蓄卡号 借记卡号 收款卡号 卡号码 card_number",
    Cue.CARD_NEAR: (
        "银行卡 信用卡 储蓄卡 借记卡 工资卡 贷记卡 收款卡 退款卡 这张卡 那张卡 visa mastercard credit_card debit_card"
    ),
    Cue.CARD_CODE: (
        "安全码 安全代码 安全密码 cvv cvc cvn security_code security_number 卡验证码 卡片验证码 卡校验码 "
        "三位校验码 三位安全码 三位验证码 四位安全码 卡背面 签名栏 签名条 "
        "三位码 三位数 后三位码 末三位 卡后三位 校验三位 安全三位"
    ),
    Cue.EXPIRY: (
        "有效期 到期日 有效日期 有效期限 到期时间 失效日期 expiry expiry_date expires expiration "
        "expiration_date valid_thru valid_until"
    ),
    # 校验码: the card's, or one that was sent; three digits are always the card's.
    Cue.CHECK: "校验码",
    Cue.CODE: (
        "验证码 认证码 简讯码 短信校验码 动态校验码 手机校验码 动态码 短信码 动态密码 动态口令 短信验证码 短信密码 "
        "确认码 取件码 取货码 提货码 授权码 六位数字 六位数 六位码 六位的数字 短信里的数字 短信里的码 短信里面的数字 "
        "短信数字 短信上的数字 收到的数字 收到的码 收到一个码 收到的六位数字 发过来的数字 发来的数字 "
        "发给您的数字 发您的数字 那串数字 这串数字 那个码 里面的码 几位数字 发给您的六位 手机令牌 动态令牌"
    ),
    Cue.PASSWORD: "密码 口令 服务密码 查询密码 交易密码 取款密码 登录密码 支付密码 pin码 password passcode",
    Cue.PARTIAL: (
        "尾号 尾数 后四位 末四位 后三位 末三位 后六位 末六位 后五位 后八位 后几位 最后四位 最后三位 "
        "最后六位 最后几位 前六位 前三位 前四位 前五位 前几位 中间四位 开头 结尾 末尾 打头 后面四位 "
        "后面三位 后4位 末4位 末三码 末四码 末五码 末六码 后三码 后四码 后五码 后六码"
    ),
    Cue.QQ: "qq qq号 qq号码 扣扣 扣扣号",
    Cue.WECHAT: "微信 微信号 微信号码 加微信 v信",
    Cue.DOCUMENT: (
        "护照 护照号 护照号码 通行证 通行证号 通行证号码 台胞证 台胞证号 回乡证 回乡证号 居住证 "
        "居住证号 居留证 军官证 军官证号 士官证 驾驶证 驾驶证号 驾照 社保号 社保卡号 社保卡 "
        "社会保障号 医保号 医保卡号 医保卡 医保编号 结婚证号 学生证号 港澳通行证"
    ),
    Cue.ACCOUNT: (
        "账号 账户号 帐号 户号 客户号 用户号 客户编号 用户编号 会员号 会员卡号 会员编号 缴费号 "
        "公积金账号 公积金号 对公账号 收款账号 宽带账号 银行账号 账户 银行账户 资金账号 股东号 电表号 "
        "水表号 燃气户号 病历号 就诊卡号 就诊号 学号"
    ),
    Cue.REFERENCE: (
        "订单号 订单号码 订单编号 订单 工单号 工单号码 工单编号 工单 单号 流水号 交易流水号 受理号 "
        "受理编号 编号 工号 快递单号 快递单 运单号 物流单号 物流号 保单号 保单号码 合同号 合同编号 "
        "批次号 批次 序列号 型号 编码 条码 条形码 代码 发票号 发票号码 机身号 设备号 设备编号 版本 "
        "版本号 邮编 邮政编码 案件号 报案号 立案号 凭证号 票号 航班号 车次 商品编号 货号 投诉编号 "
        "服务编号 sn 房间号 货架号 端口 票据号 单据号 退款单号 售后单号 服务单号 维修单号 查询号 "
        "回执号 排队号 信用代码 股票代码 基金代码 产品代码"
    ),
    Cue.HOTLINE: (
        "热线 服务热线 客服热线 客服电话 服务电话 投诉电话 官方电话 营业厅电话 报警电话 监督电话 "
        "咨询电话 总机 前台电话 举报电话 全国统一"
    ),
    Cue.NOTHING: (
        "余额 金额 价格 费用 积分 流量 账单 一共 总共 合计 消费 欠费 扣款 扣了 收费 额度 利息 本金 "
        "还款 花了 交了 充了 充值 电话里 电话中 打电话 接电话 来电话 个电话 通电话 电话费 手机费 "
        "手机壳 手机店 手机卡 手机端 手机上 手机里 手机银行 话费 银行卡里 信用卡额度 信用卡账单 "
        "密码锁 密码错误 里程 步数 面积 尺码 身高 体重 人数 数量 次数 邮箱 邮件 密码输错"
    ),
    Cue.NAME: (
        "我叫 名叫 姓名 姓名是 名字是 名字叫 户名 户名是 持卡人 收件人 收货人 联系人 收款人 开户人 "
        "投保人 被保险人 受益人 本人叫 本名 全名是 全名 客户姓名 真实姓名 登记人"
    ),
    Cue.TITLE: "先生 女士 小姐 太太",
    Cue.SURNAME: "我姓 免贵姓 您姓 他姓 她姓 姓",
    Cue.ADDRESS: (
        "地址 地址是 地址在 住址 住址是 住在 家住 家在 送到 寄到 搬到 家庭住址 家庭地址 收货地址 "
        "收件地址 邮寄地址 联系地址 通讯地址 安装地址 装机地址 上门地址 户籍地址 户口所在地 现住 我住 "
        "住的是 住"
    ),
}


#: Where a card's code stands, and what it is called there: 卡背面的后三位.
_PLACES = "背面 反面 卡背面 卡反面 卡片背面 卡片反面 卡背后 卡后面 卡的背面 卡的反面 签名栏 签名条 签名栏里 签名栏旁边"
_CODES = (
    "后三码 末三码 三码 后三位 末三位 最后三位 三位 三位数 三位数字 三个数字 三个数 数字 后四位 四位 "
    "个数 个数字 几个数 几位数 几个数字"
)


def _words() -> dict[str, Cue]:
    named = {plain_word(word): cue for cue, words in _WORDS.items() for word in words.split()}
    behind = product(_PLACES.split(), ("", "的", "那", "的那", "上的"), _CODES.split())
    return named | {plain_word("".join(words)): Cue.CARD_CODE for words in behind}


_BY_WORD = _words()
_CUES = tuple(_BY_WORD.values())
_AUTOMATON = AhoCorasick(list(_BY_WORD), matchkind=MatchKind.LeftmostLongest)

#: Cues that stand near numbers and say what they are.
OF_NUMBERS = frozenset(Cue) - {Cue.NAME, Cue.TITLE, Cue.SURNAME, Cue.ADDRESS}


class CueHit(NamedTuple):
    """A cue at the characters [start, end) of the plain text."""

    cue: Cue
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Cues:
    """All cues of a call, in order, apart by what they stand near."""

    of_numbers: tuple[CueHit, ...]
    others: tuple[CueHit, ...]
    starts: tuple[int, ...]

    def before(self, offset: int, within: int) -> CueHit | None:
        """The nearest cue that ends at most `within` characters before `offset`."""
        at = bisect_right(self.starts, offset) - 1
        if at < 0:
            return None
        hit = self.of_numbers[at]
        return hit if 0 <= offset - hit.end <= within else None

    def after(self, offset: int, within: int) -> CueHit | None:
        """The first cue that starts at most `within` characters after `offset`."""
        at = bisect_left(self.starts, offset)
        hit = self.of_numbers[at] if at < len(self.starts) else None
        return hit if hit and hit.start - offset <= within else None

    def last_in(self, start: int, end: int) -> CueHit | None:
        """The last cue that stands in [start, end)."""
        at = bisect_left(self.starts, end) - 1
        return self.of_numbers[at] if at >= 0 and self.starts[at] >= start else None


def cues_of(call: CallText) -> Cues:
    """Every cue, the longest where several begin at one place."""
    found = _AUTOMATON.find_matches_as_indexes(call.plain)
    hits = [CueHit(_CUES[which], start, end) for which, start, end in found]
    numbers = tuple(hit for hit in hits if hit.cue in OF_NUMBERS)
    others = tuple(hit for hit in hits if hit.cue not in OF_NUMBERS)
    return Cues(numbers, others, tuple(hit.start for hit in numbers))
