"""On the narrowest usual terminal: names, ids and figures are never cut; words may wrap."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from qa_service import bootstrap

if TYPE_CHECKING:
    from tests.cli.conftest import Cli

LANGUAGES = ("zh_CN", "zh_TW", "en")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("columns", [80, 100, 160])
def test_rulebook_show_gives_every_id_and_title_whole(cli: Cli, lang: str, columns: int) -> None:
    run = cli("rulebook", "show", "service-zh", env={"COLUMNS": str(columns), "QA_LANG": lang})

    assert run.code == 0
    assert "…" not in run.out.replace("……", "")  # which ends what is listened for, and no name
    for rule in bootstrap.rulebook("service-zh").rules:
        assert rule.id in run.out.split()


def test_critical_reads_as_it_does_in_reports(cli: Cli) -> None:
    shown = cli("rulebook", "show", "service-zh", env={"COLUMNS": "80", "QA_LANG": "zh_CN"}).out

    assert "重大" in shown
    assert "致命" not in shown


@pytest.mark.parametrize("lang", LANGUAGES)
def test_models_list_takes_at_most_three_lines_a_model(cli: Cli, lang: str) -> None:
    run = cli("models", "list", env={"COLUMNS": "80", "QA_LANG": lang})
    models = bootstrap.model_store().standings()

    assert run.code == 0
    assert "…" not in run.out
    assert all(model.spec.name in run.out.split() for model in models)
    assert len(run.out.splitlines()) <= 3 * len(models) + 10


def test_models_list_of_one_has_what_the_narrow_table_leaves_out(cli: Cli) -> None:
    shown = cli("models", "list", "whisper-large-v3", env={"COLUMNS": "80", "QA_LANG": "en"}).out

    for figure in bootstrap.model_store().standing("whisper-large-v3").spec.published:
        assert f"{figure.cer:.1%} {figure.set}" in shown
    assert "MIT" in shown
