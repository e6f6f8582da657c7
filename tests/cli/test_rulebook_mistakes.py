"""What an author is told of a book with mistakes: each with its place, in order, on stderr; exit 1."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.cli.terminal import transcript
from tests.rulebook.books import HEAD, rules

if TYPE_CHECKING:
    from tests.cli.conftest import Cli

SOUND = "id: sound\ntitle: 甲\nwhen: {tag: pace.fast}"


def book(folder: Path, mistakes: int, name: str = "demo.yaml") -> Path:
    """A book in which that many rules name a label that nobody emits."""
    slips = [f"id: r{n}\ntitle: 甲\nwhen: {{tag: pace.fsat}}" for n in range(mistakes)]
    file = folder / name
    file.write_text(rules(SOUND, *slips), "utf-8")
    return file


def told(err: str) -> list[str]:
    """The places inside the file, in the order in which they were told."""
    lines = (line for line in err.splitlines() if line.startswith("✗ "))
    return [line.split(": ", 1)[1].split("：")[0] for line in lines]


@pytest.mark.parametrize("verb", ["check", "test"])
@pytest.mark.parametrize(
    ("mistakes", "listed", "last"),
    [
        pytest.param(1, 1, "可用的有", id="one needs no sum"),
        pytest.param(2, 2, "共 2 处要改。", id="two"),
        pytest.param(20, 20, "共 20 处要改。", id="as many as are listed"),
        pytest.param(21, 20, "共 21 处要改，另有 1 处没有列出", id="one more than are listed"),
        pytest.param(95, 20, "共 95 处要改，另有 75 处没有列出", id="many more"),
    ],
)
def test_all_are_told_up_to_twenty(
    cli: Cli, tmp_path: Path, verb: str, mistakes: int, listed: int, last: str
) -> None:
    run = cli("rulebook", verb, book(tmp_path, mistakes))

    assert (run.code, run.out) == (1, "")
    assert told(run.err) == [f"rules[{n + 1}].when.tag" for n in range(listed)]
    assert last in run.last_words


def test_each_names_the_file_the_place_the_problem_and_the_way_out(cli: Cli, tmp_path: Path) -> None:
    file = book(tmp_path, 1)

    (line,) = cli("rulebook", "check", file).err.splitlines()

    assert line.startswith(f"✗ {file}: rules[1].when.tag：没有检测器会给出标签「pace.fsat」")
    assert "是不是想写「pace.fast」？" in line


def test_english_authors_are_told_in_english(cli: Cli, tmp_path: Path) -> None:
    run = cli("rulebook", "check", book(tmp_path, 21), env={"QA_LANG": "en"})

    assert "Did you mean pace.fast?" in run.err
    assert run.last_words.startswith("21 mistakes in all, 1 of them not listed")


def test_a_book_with_mistakes_does_not_hide_the_next(cli: Cli, tmp_path: Path) -> None:
    first, sound, last = book(tmp_path, 1, "a.yaml"), book(tmp_path, 0, "b.yaml"), book(tmp_path, 2, "c.yaml")

    run = cli("rulebook", "check", first, sound, last)

    assert run.code == 1
    assert run.out.startswith("✓ demo@1：1 条规则")
    assert [str(file) in run.err for file in (first, sound, last)] == [True, False, True]


def test_a_book_without_mistakes_is_named_with_its_digest(cli: Cli, tmp_path: Path) -> None:
    run = cli("rulebook", "check", book(tmp_path, 0))

    assert (run.code, run.err) == (0, "")
    assert "摘要" in run.out


@pytest.mark.parametrize(
    ("mistakes", "last"),
    [
        pytest.param(1, "可用的有", id="one"),
        pytest.param(4, "另有 3 处：用 qa-service rulebook check 查看全部。", id="four"),
    ],
)
def test_analyze_refuses_with_the_first_and_says_how_many_more(
    cli: Cli, tmp_path: Path, mistakes: int, last: str
) -> None:
    given = transcript(tmp_path / "a.json")

    run = cli("analyze", "--transcript", given, "--rulebook", book(tmp_path, mistakes))

    assert (run.code, run.out) == (1, "")
    assert told(run.err) == ["rules[1].when.tag"]
    assert last in run.last_words


def test_a_warning_is_told_and_is_no_mistake(tmp_path: Path, cli: Cli) -> None:
    file = tmp_path / "demo.yaml"
    file.write_text(rules("id: one\ntitle: 甲\nwhen: {phrases: [保本，稳赚]}"), "utf-8")

    done = cli("rulebook", "check", str(file))

    assert done.code == 0
    assert "demo@1" in done.out
    assert "「保本，稳赚」读成了一个词" in done.err


def test_an_example_that_fails_says_why_below_it(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "demo.yaml"
    examples = "examples: {match: [我们不能免费上门], no_match: [我们免费上门]}"
    file.write_text(rules(f"id: visit\ntitle: 甲\nwhen: {{phrases: [免费上门]}}\n{examples}"), "utf-8")

    run = cli("rulebook", "test", file)

    assert run.code == 1
    assert run.err.splitlines() == [
        "✗ demo/visit 应当命中却没有：我们不能免费上门",
        "    说到了「免费上门」，但这里是否定的，不算（unless: [negated, question, quoted]）。",
        "✗ demo/visit 不该命中却命中了：我们免费上门",
        "    命中的是「免费上门」，把握 95%：说到了「免费上门」；按：任何一方说「免费上门」。",
    ]


def test_examples_for_other_limits_than_the_book_sets_are_told_and_fail_nothing(
    cli: Cli, tmp_path: Path
) -> None:
    """The pack's author never saw these limits: of 137 s of silence the pack's two minutes speak, three do not."""
    file = tmp_path / "demo.yaml"
    said = "override: {service-zh/long-silence: {settings: {silence.long: {limit: {2m: 3m}}}}}\n"
    file.write_text(f"{HEAD}include: [service-zh@1]\n{said}", "utf-8")

    run = cli("rulebook", "test", file)

    note, sum_ = run.out.splitlines()
    good, total = sum_.removeprefix("demo@1：").removesuffix(" 条例句符合预期").split("/")
    assert (run.code, run.err, good) == (0, "", total)
    assert note.startswith("service-zh/long-silence：1 条例句是按原来的限值写的")


def test_a_warning_has_a_mark_of_its_own_for_nothing_is_wrong(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "demo.yaml"
    file.write_text(rules(SOUND + "\njurisdiction: [ZZ]"), "utf-8")

    run = cli("rulebook", "check", file)

    (line,) = run.err.splitlines()
    assert run.code == 0
    assert line.startswith(f"⚠ {file}: rules[0].jurisdiction[0]：随附的方案里没有辖区「ZZ」")
