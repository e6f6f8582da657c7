"""Random numbers that are valid in form: nobody's, made from a seed."""

from __future__ import annotations

from random import Random

_REGIONS = (
    "110105",
    "310104",
    "440305",
    "320106",
    "330102",
    "510107",
    "420111",
    "610113",
    "350203",
    "820000",
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_LONG_CARDS = ("622202", "622848", "621700", "621661", "622588", "623058", "601382", "621799")
_SHORT_CARDS = ("4392", "5187", "3568", "6225", "4563", "5203", "6259")
_AREAS = ("010", "021", "020", "023", "0755", "0571", "0371", "0592", "0451", "027")


def digits(random: Random, count: int) -> str:
    return "".join(random.choice("0123456789") for _ in range(count))


def born(random: Random) -> str:
    return f"{random.randint(1945, 2012)}{random.randint(1, 12):02}{random.randint(1, 28):02}"


def identity(random: Random) -> str:
    first = random.choice(_REGIONS) + born(random) + digits(random, 3)
    total = sum(int(digit) * weight for digit, weight in zip(first, _WEIGHTS, strict=True))
    return first + "10X98765432"[total % 11]


def with_luhn(first: str) -> str:
    """The digits with the check digit that bank cards have."""
    total = 0
    for place, digit in enumerate(reversed(first)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return first + str(-total % 10)


def card(random: Random) -> str:
    if random.random() < 0.6:
        return with_luhn(random.choice(_LONG_CARDS) + digits(random, 12))
    return with_luhn((random.choice(_SHORT_CARDS) + digits(random, 11))[:15])


def mobile(random: Random) -> str:
    return "1" + random.choice("3456789") + digits(random, 9)


def landline(random: Random) -> tuple[str, str]:
    area = random.choice(_AREAS)
    return area, random.choice("23456789") + digits(random, 7)


def order(random: Random) -> str:
    """As shops write them: a date and a counter, or a long row."""
    if random.random() < 0.5:
        return f"20{random.randint(20, 26)}{random.randint(1, 12):02}{random.randint(1, 28):02}{digits(random, 8)}"
    return random.choice("123456789") + digits(random, random.randint(9, 18))
