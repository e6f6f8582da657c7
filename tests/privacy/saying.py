"""Ways in which a number reaches a transcript: written, read out, paused over, corrected, misheard.

The number stands between « and »; what may be covered but need not, between ‹ and ›.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

Way = Callable[[Random, str], str]

_SPOKEN = {
    "0": "零零零零〇洞",
    "1": "一一一幺幺",
    "2": "二二二两",
    "3": "三",
    "4": "四",
    "5": "五",
    "6": "六",
    "7": "七七七七拐",
    "8": "八",
    "9": "九九九九勾",
    "X": "XXx叉",
}
_MISHEARD = {
    "0": "灵铃", "1": "要腰", "2": "儿", "3": "山", "4": "是", "5": "午", "6": "溜刘", "7": "起", "8": "吧巴", "9": "酒久",  # noqa: E501
}  # fmt: skip
_PAUSES = ("，嗯，", "，", " ", "，那个，", "、", "，然后，", "…", "，呃", "，接着是")
_CORRECTIONS = ("，不对，是", "，哦不对，", "，说错了，", "，不是，是", "，错了错了，")


def marked(said: str) -> str:
    return f"«{said}»"


def plain(_: Random, number: str) -> str:
    return marked(number)


def chunks(random: Random, number: str) -> list[str]:
    """The number in pieces of three to five."""
    pieces, left = [], number
    while len(left) > 5:
        size = random.choice((3, 4, 4))
        pieces.append(left[:size])
        left = left[size:]
    return [*pieces, left]


def spaced(random: Random, number: str) -> str:
    return marked(random.choice((" ", "-", " ", "－")).join(chunks(random, number)))


def figure(random: Random, digit: str) -> str:
    return random.choice(_SPOKEN[digit])


def spoken(random: Random, number: str) -> str:
    return marked("".join(figure(random, digit) for digit in number))


def _piece(random: Random, piece: str) -> str:
    """Digits read out, rows of the same one counted: 三个六, 双八."""
    said, at = "", 0
    while at < len(piece):
        count = 1
        while at + count < len(piece) and piece[at + count] == piece[at] and count < 4:
            count += 1
        if count > 1 and piece[at].isdecimal() and random.random() < 0.6:
            digit = "零一二三四五六七八九"[int(piece[at])]
            said += f"双{digit}" if count == 2 else f"{'三四'[count - 3]}个{digit}"
        else:
            said += "".join(figure(random, digit) for digit in piece[at : at + count])
        at += count
    return said


def counted(random: Random, number: str) -> str:
    return marked(_piece(random, number))


def paused(random: Random, number: str) -> str:
    said = [marked(_piece(random, piece)) for piece in chunks(random, number)]
    return "".join(piece + random.choice(_PAUSES) for piece in said[:-1]) + said[-1]


def corrected(random: Random, number: str) -> str:
    """Begun, taken back, and said again from the start, or from the piece that was wrong."""
    pieces = chunks(random, number)
    at = random.randrange(1, len(pieces))
    wrong = random.choice("0123456789") + pieces[at][1:]
    head = "".join(figure(random, digit) for digit in "".join(pieces[:at]))
    mistaken = "".join(figure(random, digit) for digit in wrong)
    rest = "".join(figure(random, digit) for digit in "".join(pieces[at:]))
    change = random.choice(_CORRECTIONS)
    if random.random() < 0.5:
        return f"‹{head}{mistaken}›{change}{marked(head + rest)}"
    return f"{marked(head)}‹{mistaken}›{change}{marked(rest)}"


def mixed(random: Random, number: str) -> str:
    """Figures and words as a recogniser mixes them: 一三8 零零-13."""
    said = "".join(digit if random.random() < 0.5 else figure(random, digit) for digit in number)
    pieces = chunks(random, said)
    return marked(random.choice(("", " ", "-")).join(pieces))


def misheard(random: Random, number: str) -> str:
    """Read out, with one to three digits written as other characters that sound alike."""
    said = [figure(random, digit) for digit in number]
    for at in random.sample(range(len(number)), random.randint(1, 3)):
        said[at] = random.choice(_MISHEARD.get(number[at], said[at]))
    text = "".join(said)
    if random.random() < 0.3:
        at = random.randrange(3, len(text) - 3)
        return marked(text[:at]) + "，" + marked(text[at:])
    return marked(text)
