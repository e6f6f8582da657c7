"""A command that was typed wrongly: one sentence in the user's language that says where, what, and what to write."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Cli


@pytest.mark.parametrize(
    ("typed", "zh", "en"),
    [
        pytest.param(
            "analyze --effort quick x.wav",
            "--effort：不能是「quick」。请写其中一个：accurate, fast。",
            "--effort: quick is no choice. Write one of accurate, fast.",
            id="no such choice",
        ),
        pytest.param(
            "analyze --formt json x.wav",
            "没有选项 --formt。是不是 --format？全部选项见",
            "there is no option --formt. Did you mean --format? See",
            id="a slip in an option",
        ),
        pytest.param("analyze --zzzz", "没有选项 --zzzz。全部选项见", "no option --zzzz. See", id="no such option"),
        pytest.param("analyse x.wav", "没有命令 analyse。", "there is no command analyse.", id="no such command"),
        pytest.param("rulebook lint", "没有命令 lint。", "there is no command lint.", id="no such second command"),
        pytest.param("analyze", "缺少 <paths>。", "<paths> is missing.", id="nothing to work on"),
        pytest.param("bench judge --minutes ten", "--minutes：不是数字。", "--minutes: is no number.", id="no number"),
        pytest.param("bench judge --repeat 1.5", "--repeat：不是数字。", "--repeat: is no number.", id="no integer"),
        pytest.param("bench judge --minutes 999", "请写不超过 240 的数。", "Write 240 or less.", id="too large"),
        pytest.param("bench judge --minutes 0", "请写不小于 0.5 的数。", "Write 0.5 or more.", id="too small"),
        pytest.param("serve --port", "--port：后面要写一个值。", "--port: needs a value.", id="no value"),
        pytest.param("serve twice", "多写了 twice。", "twice is too much.", id="too much"),
    ],
)  # fmt: skip
def test_a_slip_is_told_with_what_to_write(cli: Cli, typed: str, zh: str, en: str) -> None:
    for lang, wanted in (("zh_CN", zh), ("en", en)):
        told = cli(*typed.split(), env={"QA_LANG": lang})

        assert (told.code, told.out) == (2, "")
        assert wanted in told.err
        assert told.err.count("\n") == 1


def test_what_was_typed_is_shortened_and_moves_no_cursor(cli: Cli) -> None:
    told = cli("analyze", f"--{'x' * 5_000}", "\x1b[2J")
    odd = cli("\x1b[2Janalyze")

    assert len(told.err) < 400
    assert "\x1b" not in told.err + odd.err


@pytest.mark.parametrize("typed", [[], ["models"], ["bench"]], ids=["nothing", "models", "bench"])
def test_who_names_no_command_sees_those_that_there_are(cli: Cli, typed: list[str]) -> None:
    told = cli(*typed)

    assert told.code == 2
    assert "Commands:" in told.err


@pytest.mark.parametrize("typed", [["--version"], ["analyze", "--help"]], ids=["version", "help"])
def test_help_and_version_are_no_mistakes(cli: Cli, typed: list[str]) -> None:
    told = cli(*typed)

    assert (told.code, told.err) == (0, "")
