"""Meanings on the command line: off, the rules that ask for them are undecided; on, they are found."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.cli.terminal import transcript
from tests.inference.use_here import encoder
from tests.rulebook.books import rules

if TYPE_CHECKING:
    from tests.cli.conftest import Cli

RULE = """\
id: offers
title: 答应回话
stage: score
criterion: listens
when: {means: [我查清楚之后给您回电话], role: agent}
examples: {match: [有结果了我马上给您回电话。], no_match: [您去营业厅看看价目表吧。]}
"""
SAID = [("agent", "您好，请问有什么可以帮您？"), ("customer", "我家宽带断了三天了，麻烦看一下。"),
        ("agent", "好的。有结果了我马上给您回电话。"), ("customer", "可以的，谢谢你。")]  # fmt: skip


@pytest.fixture
def file(tmp_path: Path) -> Path:
    written = tmp_path / "demo.yaml"
    written.write_text(rules(RULE), "utf-8")
    return written


@pytest.fixture
def on() -> dict[str, str]:
    return {"QA_MEANING_MODEL": "use-multilingual", "QA_MODELS_DIR": str(encoder().folder.parent)}


def test_examples_are_tried_where_the_model_is_on(cli: Cli, file: Path, on: dict[str, str]) -> None:
    done = cli("rulebook", "test", file, env=on)

    assert done.code == 0, done.out
    assert "2/2" in done.out.replace(" ", "")


def test_examples_that_cannot_be_tried_are_told_and_are_no_faults(cli: Cli, file: Path) -> None:
    done = cli("rulebook", "test", file)

    assert done.code == 0
    assert done.err.count("设 QA_MEANING_MODEL") == 2
    assert "0/2" in done.out.replace(" ", "")


def test_a_transcript_is_measured_and_judged(
    cli: Cli, file: Path, tmp_path: Path, on: dict[str, str]
) -> None:
    call = transcript(tmp_path / "call.json", SAID)

    answers = [
        json.loads(cli("analyze", "--transcript", call, "--rulebook", file, "--format", "json", env=env).out)
        for env in (on, {})
    ]

    assert [[f["rule"] for f in one["findings"]] for one in answers] == [["demo/offers"], []]
    assert [one["evaluation"]["answers"][0]["answer"] for one in answers] == ["undecided", "undecided"]
    assert "QA_MEANING_MODEL" in json.dumps(answers[1], ensure_ascii=False)


def test_a_model_for_something_else_is_refused_by_name(cli: Cli, file: Path) -> None:
    done = cli("rulebook", "test", file, env={"QA_MEANING_MODEL": "silero-vad"})

    assert done.code == 2
    assert "silero-vad" in done.err
    assert "use-multilingual" in done.err
