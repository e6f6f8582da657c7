"""Whether a hit is denied or forbidden: 我们不能承诺保本, 保本是不可能的, 严禁承诺保本; but not 没有风险保本."""

from __future__ import annotations

import re

from qa_service.text.needed import Needed
from qa_service.text.normalize import Folded

_REACH = 14
_GAP = 9

# Words with a negative in them that deny nothing that follows.
_NOT_NEGATIVE = re.compile(
    r"难道不|(?<=谁[说讲])(?:这|它|这款|这个|我们|咱们|理财|产品|基金)*(?:不(?:能|会)?|没有?)(?!不)|(?:这|那)?不就(?:是|等于)?|岂不|(.)不\1|(.)没\2|有没有|是否|能否|可否"
    r"|不好意思|对不起|差不多|不过|不但|不仅|不只|不光|不管|不论|不错|不客气|不如|不妨|不断|不同|不少|不得不|不由得"
    r"|不瞒|不然|要不|不一会|说不定|不要紧|不得了|不愧|不单|不止|不禁|不谢"
    # 没有的事，肯定稳赚: it is the doubt that is denied
    r"|没错|没关系|没问题|没事|没有?的事(?:儿)?(?=肯定|一定|绝对|当然|这|我们|咱们|100%)|没(?:有)?(?:这|那)回事(?:儿)?(?=肯定|一定|绝对|100%)|没的说|没话说|无论|无非|无限|无忧|无条件|无敌|毫无疑问|无疑|无需担心|未来|除非|非常"
    r"|别的|别人|别家|别说|别忘|特别|分别|区别|个别|级别|识别|告别|性别|类别|差别|另外"
    r"|(?:不用|不必|不要|不需要|别|甭|无需|不)(?:再)?(?:担心|怕|操心|怀疑|愁|着急|顾虑|犹豫|害怕|多虑|想太多|急|紧张|焦虑)"
    r"|不用(?:说|多说|考虑|问|管)|不会(?:骗|错|坑|害|吃亏|让您(?:吃亏|失望|受|白|亏|后悔))|不骗|没骗|错不了|不像|不是我?(?:吹|骗|忽悠|夸|开玩笑)|不(?:吹|开玩笑|忽悠|买|信|相信|抓紧|赶紧|夸张)|没有?了|没有?(?:亏|赔)过|不归.{1,4}管|没有?比.{1,5}更|没有?什么好"
    # Complete statements: 没有风险, 不会亏.
    r"|(?:没有?|零|无|不(?:会|存在|用|需要|用承担|承担)?)(?:任何|什么|一点|半点|丝毫|有|有任何)?(?:的)?"
    r"(?:风险|问题|费用|手续费|套路|猫腻|损失|压力|负担|门槛|限制|隐患|亏损|波动|后顾之忧|额外)"
    r"|不(?:会|可能|用|收|扣|要)?(?:亏本|赔钱|亏钱|亏损|亏|赔|跌|掉|变|收费|扣费|扣钱|要钱|花钱|收钱|贵|麻烦|复杂)"
)
_NEGATIVE = re.compile(
    r"并非|绝非|(?:不能|不会|不可以|不敢|不给|不是|没有办法|没有)(?!不)|难以|很难(?!得)|没法|没办法|无法|从未|不|没|无|未|勿|莫|别|甭|哪有|哪能|哪会|谁敢|谁能|谁会|怎么可能|怎么会|凭什么"
    r"|拒绝|杜绝|否认|避免|谨防|警惕|打击|打破|远离|取消"
    r"|(?<![莫口])非$"  # 非保本浮动收益
)
# Between a negative and the hit, these start a new thought.
_NEW_THOUGHT = re.compile(
    r"而是|就(?!算|能|可以|会)|但|却|还(?!能|会|敢)|又|只是|反而|所以|因为|照样|一样|而且|并且|同时|另外|其实|我们是|我们这|(?:它|这个|这款|这)是$|放心|^[高大多低少贵错差]的$"
)
_DENIED_AFTER = re.compile(
    # 稳赚不赔、高收益的产品是没有的: what is praised may go on before it is denied.
    r"^(?:不赔|不亏|保息|型|类|东西|早就|早已|已经|高报酬|高收益|高回报|商品|基金|投资|项目|生意|买卖|二字|什么的|真|可|倒|从来|从|事情|事儿|的|了|息|率|产品|收益|理财|本金|这个|这些|这种|那种|这样的|此类|话|这话|事|说法|承诺|情况|字眼|方面|我们公司|我们|咱们"
    r"|我|这边|公司|银行|合同里|是|都|也|肯定|绝对|真的|一律|任何人|谁|目前|暂时|现在|确实|其实|这点|这一点|可){0,7}"
    r"(?:不能(?!亏|赔|更|再|错过)|不可以|不敢(?!相信)|不会(?!亏|赔|损|让|有|骗|错|跌|少|变|受)|不可能(?!亏|赔|跌|有|受)|无法|没办法|没法"
    r"|没有(?!问题|悬念|疑问|疑虑|二话|意外|风险|任何|费用|手续费|后顾|一点|套路|损失|什么风险|门槛|限制)|不存在(?!风险|任何|亏)|不是真|不是的|不是我|不行|不允许|不准|不得(?!了|不)"
    r"|不了(?!解)|做不到|办不到|做不了主|已经下架|假的|不保证|不承诺|不现实|不属实|谈不上|不给|没说过|没承诺|不做(?!好)|不干|不搞|没做过|没这|没人敢|谁敢|哪有|怎么可能|不太可能)"
)
# 本来想投诉的, 我还以为要找主管: thought of, and given up.
_GIVEN_UP = re.compile(
    r"(?:本来|原本|原先|差点|差一点)(?:我|都|还|就|是|也)*(?:想着?|要|打算|准备|以为).{0,4}$"
    r"|(?:还|都|就|一直|我|咱)以为(?:又|还|就|得|要|非得|必须|你们?|您|会|能|可以){0,3}.{0,2}$"
)
_FORBIDDING = re.compile(
    r"不得(?!不|已|了)|严禁|禁止|不准|不允许|不许|切勿|请勿|杜绝|不应当?(?!该是)|违规|违法|谨防|警惕|打击"
)
_FORBIDDEN_AFTER = re.compile(
    r"^.{0,8}(?:是|属于|都是|就是|算是?|构成)(?:严重)?(?:违规|违法|违反|被禁止|禁止|不合规|不允许|诈骗|骗子)"
)


# 不保本我赔您: whoever stakes something on it promises it.
_STAKED = re.compile(
    r"^(?:了|的话)?(?:的?话)?(?:我们?|咱们?|公司|平台|这边|银行)(?:就|都|全|来|给[您你]|全额|双倍|照样?|包|自己|掏钱)*(?:赔|退|倒贴|补[给您你]|负责|承担|跟[您你]姓|不姓)"
)
# 我们布保证收益: small words that deny are misheard too.
_MISHEARD = re.compile(
    r"(?:^|(?<=[我们咱行司品财也都是这它并可]))(?:(?P<not>[布步部补])(?=保证|承诺|能|会(?!议)|可以|敢|可能|保本)|(?P<none>[每梅妹])(?=有(?:保证|承诺|说|办法)))"
)
# Without a thought between, few are: 我也没办法，系统就是这样 is two sentences.
_DANGLING_AT_ONCE = re.compile(r"(?:不能(?:够|说)?|不敢|不可以)(?:[给跟向对][您你])?$")
# What is said while the rest of a thought is sought: 我们不能，嗯，就是说，承诺收益.
_THINKING = re.compile(
    r"^(?:[嗯呃啊哦额诶唉]|那个|这个|就是说?|怎么说呢?|然后|是吧|您知道|这么说吧|说白了|应该说|对吧)*$"
)
_LOOK_AHEAD = 3
#: What leaves open what it denies stands at the end of a clause: 我们不能，承诺收益; 没有办法给您，嗯，保证收益.
_DANGLING = re.compile(
    r"(?:不能(?:够|说)?|不会|不敢|不可以|无法|没法|没有?办法|不可能)"
    r"(?:[给跟向对为](?:[您你]|客户|大家|任何人)?)?(?:做出?|提供|说|讲)?(?:任何|什么)?(?:形式|方式)?的?$"
)


# 要说保本那还真不保本: it is named in order to be denied.
_BROUGHT_UP = re.compile(r"(?:^|[那您你我])(?:真|非)?要(?:是)?(?:说|讲)(?:到|起)?(?:这个|这款|它)?$")
_THEN_DENIED = re.compile(
    r"^(?:的话|嘛|呢|吧|那|这|可|倒|还|真的?|就|也|是|我们|咱们|它|确实|其实|这款|这个)*"
    r"(?:不(?P<again>.{2})|不(?:敢|能说|能保证|算|见得|一定)|没有?(?:办法|保证|承诺|这[种个回])|谈不上|算不上|做不到|未必)"
)


#: Nothing of this is in most of what is said before a hit.
_DENYING, _MAY_BE_MISHEARD = Needed(_NEGATIVE, _GIVEN_UP, _FORBIDDING), Needed(_MISHEARD)


def is_staked(folded: Folded, end: int) -> bool:
    """Whether something is staked on what ends there: 不保本我赔您.

    >>> from qa_service.text.normalize import fold
    >>> is_staked(fold("不保本我全额退您"), 3)
    True
    """
    return bool(_STAKED.match(folded.text[end : end + _REACH]))


def is_negated(folded: Folded, start: int, end: int) -> bool:
    """Whether the hit is denied, before it (不能承诺保本) or after it (保本是不可能的), or given up (本来想…)."""
    return _is_negated(folded, start, end, _before(folded, start))


def is_denied(folded: Folded, start: int, end: int) -> bool:
    """Whether the hit is forbidden or denied: both read what was said before it, which takes most of the time."""
    left = _before(folded, start)
    return _is_forbidden(folded, start, end, left) or _is_negated(folded, start, end, left)


def _is_negated(folded: Folded, start: int, end: int, left: str) -> bool:
    if is_staked(folded, end) and folded.text[:start].endswith(("不", "没")):
        return False
    if _DENYING.may_be_in(left):
        stops = [match.end() for match in _NEGATIVE.finditer(left) if _governs(left[match.end() :])]
        if len(stops) % 2 or _GIVEN_UP.search(left):
            return True
    _, right_edge = folded.sentence(start, end)
    right = folded.text[end : min(right_edge, end + 2 * _REACH)]
    return bool(_DENIED_AFTER.match(right)) or _is_brought_up(left, folded.text[start:end], right)


def _is_brought_up(left: str, hit: str, right: str) -> bool:
    """Whether the hit is only named to be denied at once (要说保本那还真不保本)."""
    if not (_BROUGHT_UP.search(left) and (denied := _THEN_DENIED.match(right))):
        return False
    return denied["again"] is None or hit.startswith(denied["again"])


def is_forbidden(folded: Folded, start: int, end: int) -> bool:
    """Whether the hit is named as something that must not be said or done."""
    return _is_forbidden(folded, start, end, _before(folded, start))


def _is_forbidden(folded: Folded, start: int, end: int, left: str) -> bool:
    if _DENYING.may_be_in(left) and any(
        _governs(left[match.end() :]) for match in _FORBIDDING.finditer(left)
    ):
        return True
    _, right_edge = folded.sentence(start, end)
    return bool(_FORBIDDEN_AFTER.match(folded.text[end : min(right_edge, end + 2 * _REACH)]))


def count_negatives(text: str) -> int:
    """How many words of a folded text deny something.

    >>> [count_negatives(text) for text in ("我们不能承诺保本", "不是不能办", "能不能办", "没有风险")]
    [1, 2, 0, 0]
    """
    return len(_NEGATIVE.findall(_NOT_NEGATIVE.sub("＊", text)))


def _governs(gap: str) -> bool:
    """Whether a negative reaches over `gap` to the hit."""
    return len(gap) <= _GAP and not _NEW_THOUGHT.search(gap)


def _before(folded: Folded, start: int) -> str:
    """What was said before the hit without punctuation in between, harmless negatives blanked out."""
    left = folded.text[max(folded.clause_start(start), start - _REACH) : start]
    if _THINKING.match(left):
        left = _before_thinking(folded, start - len(left))
    said = left + folded.text[start : start + _LOOK_AHEAD]
    if _MAY_BE_MISHEARD.may_be_in(said):
        left = _MISHEARD.sub(lambda match: "不" if match["not"] else "没", said)[: len(left)]
    if not _DENYING.may_be_in(left):
        return left
    return _NOT_NEGATIVE.sub(lambda match: "＊" * len(match[0]), left)


def _before_thinking(folded: Folded, start: int) -> str:
    """The clause before those in which somebody only thinks, if it leaves open what it denies."""
    left_edge, _ = folded.sentence(start, start)
    open_end = _DANGLING_AT_ONCE
    while start > left_edge:
        began = max(left_edge, folded.clause_start(start - 1))
        clause = folded.text[began:start]
        if not _THINKING.match(clause):
            return clause[-_REACH:] if open_end.search(clause) else ""
        open_end, start = _DANGLING, began
    return ""
