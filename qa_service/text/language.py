"""The language that a sentence is written in, as far as it is plainly not Mandarin.

Mandarin in either script, with English names or a Cantonese word in it, stays Mandarin: in doubt nothing is said.
Dialects that are written down in Mandarin's own words cannot be told. Figures: docs/text.md#language.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from qa_service.text.normalize import fold

#: Characters that Cantonese writes and Mandarin does not, and words of Cantonese that hold Mandarin's characters.
_CANTONESE = re.compile(
    "[嘅咗喺嚟嗰𠮶啲佢攞畀瞓谂冚噉冧咁嘢嘥揾掟啱嘞喇嚿咪啩噃嗮晒]+哋?|唔该|唔系|唔使|唔知|唔好|唔得|唔要|唔会|唔可以|唔同|唔明"
    "|唔想|唔紧要|唔够|系咪|系唔系|(?<!关)(?<!联)系[呀啊喎]|就系|都系|我系|你系|冇|乜|点解|点样|点算|几时|几多钱|而家|边个|边度|边位|边样|依家"
    "|我哋|你哋|睇下|睇睇|问下|帮到手|听日|寻日|琴日|今日|咩事|有咩|做咩|多谢晒|早晨|得闲|倾计|返工|收线"
)
#: Of these, the ones that people who speak Mandarin use too.
_ALSO_MANDARIN = re.compile(
    "^(?:[咪晒喇嘞揾咁]+|今日|早晨|几时|边位|冇|乜|我系|你系|就系|都系|几多钱|唔知|唔要|唔会|唔想|唔好|唔明|唔可以|唔得|唔同|唔够|收线|问下|返工)$"
)
#: Taiwanese as it is written in characters.
_TAIWANESE = re.compile(
    "啥物|按怎|代志|逐家|佮|毋是|毋知|毋免|毋过|毋通|袂[使当晓用赴记]|[佇伫](?:[遮遐咧]|佗|台湾|厝)|阮(?:兜|欲|的|是|这|毋)|恁(?:兜|欲|的|是|好)"
    "|拄才|拄好|闲较|较紧|遮尔|遐尔|敢有|敢会|敢是|囡仔|查某|查埔|欲按|欲问|欲买|今仔日|明仔载|昨昏|啥人|佗位|佗一|多谢你喔|紧来"
)
#: What Mandarin says in nearly every sentence and written Cantonese does not.
_MANDARIN = re.compile(
    "的(?!士|确)|了(?!解)|是|这|那|他们|她们|我们|你们|咱|什么|怎么|哪|没|不(?!过|如|断|同|满|错)|在|给|说|们|吗|呢|吧|还|很"
)
#: The commonest words of English: every third word of a spoken sentence is one.
_COMMON = """a about again all am an and any are as at be been but by can could did do does for from get had has have
    he help her here him how i if in is it its just know let like me my need no not now of on one or our out please she
    so some sorry thank thanks that the their them then there they this to today up us want was we were what when
    where which who why will with would yes you your i'm it's don't i'd i've i'll can't you're that's what's didn't
    doesn't let's we'll hello hi"""
_ENGLISH = frozenset(_COMMON.split())
_LATIN = re.compile(r"[A-Za-zÀ-ɏḀ-ỿ]+(?:['’][A-Za-z]+)?")
#: Addresses are names, however many words they hold.
_ADDRESS = re.compile(r"(?:https?://|www\.)[!-~]+|[!-~]+@[!-~]+")
_HAN = re.compile("[\u3400-\u9fff\U00020000-\U0003134f〇]")
_KANA = re.compile("[\u3041-\u30ff]")
#: So much of a sentence in other letters makes it another language; names stay below.
_FOREIGN_SHARE = 0.7
_LEAST_WORDS = 3
_COMMON_SHARE = 0.3
_LEAST_COMMON = 2
#: So many Latin words with nothing else are no name, whatever language they are.
_NO_NAME = 10
_LEAST_LETTERS = 3


@lru_cache(maxsize=4_096)
def foreign_language(text: str) -> str:
    """`yue`, `nan`, `en`, `ja` or `other` for what is plainly not Mandarin; nothing for Mandarin and what may be it.

    >>> foreign_language("唔該，我想問下我嘅訂單幾時到"), foreign_language("請問我的訂單什麼時候會到")
    ('yue', '')
    >>> foreign_language("Where is my order?"), foreign_language("我买的是 Harry Potter and the Goblet of Fire")
    ('en', '')
    """
    return _by_letters(_ADDRESS.sub(" ", text)) or _by_words(fold(text).text)


def _by_letters(text: str) -> str:
    """By the script: what is not written in Chinese characters."""
    han = len(_HAN.findall(text))
    kana = len(_KANA.findall(text))
    if kana >= _LEAST_LETTERS and 2 * kana > han:
        return "ja"
    others = sum(map(_is_other, text))
    if others >= _LEAST_LETTERS and others > han:
        return "other"
    words = [word.lower().replace("’", "'") for word in _LATIN.findall(text)]
    return _by_latin(words) if len(words) >= _FOREIGN_SHARE * (len(words) + han) else ""


def _is_other(char: str) -> bool:
    """A letter of a script that no Chinese text holds; kana and the letters of 注音 are not among them."""
    if not char.isalpha() or _HAN.match(char) or _KANA.match(char):
        return False
    return not unicodedata.name(char, "LATIN").startswith(("LATIN", "FULLWIDTH", "BOPOMOFO", "CJK", "GREEK"))


def _by_latin(words: list[str]) -> str:
    common = sum(word in _ENGLISH for word in words)
    if len(words) >= _LEAST_WORDS and common >= max(_LEAST_COMMON, _COMMON_SHARE * len(words)):
        return "en"
    accented = sum(not word.isascii() for word in words)
    long = sum(len(word) > 1 for word in words)
    return "other" if accented >= _LEAST_WORDS or long >= _NO_NAME else ""


def _by_words(folded: str) -> str:
    """By words that Mandarin does not have, unless as many of Mandarin's own stand beside them."""
    mandarin = len(_MANDARIN.findall(folded))
    cantonese = [found[0] for found in _CANTONESE.finditer(folded)]
    plain = sum(not _ALSO_MANDARIN.match(word) for word in cantonese)
    if len(cantonese) > mandarin and (plain or len(cantonese) > 2):
        return "yue"
    taiwanese = len(_TAIWANESE.findall(folded))
    return "nan" if taiwanese > max(1, mandarin) or (taiwanese and not mandarin) else ""
