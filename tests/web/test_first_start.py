"""The first start: an admin is made once, samples come in when they are wanted, each once."""

from __future__ import annotations

import sys

import pytest
import typer

from qa_service.cli import first_start
from qa_service.core.lists import Filter
from tests.web.house import MACHINE, House


def kept(house: House) -> list[str]:
    page = house.parts.archive.page(MACHINE, Filter(), limit=50, before=None)
    return sorted(call.file_name for call in page.calls)


def at_a_terminal(monkeypatch: pytest.MonkeyPatch, *, says: bool) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr(typer, "confirm", lambda *_, **__: says)


def test_an_admin_is_made_once(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    first_start.make_first_admin(house.parts)
    said = capsys.readouterr().err
    first_start.make_first_admin(house.parts)

    password = said.split("password: ")[1].split()[0]
    assert capsys.readouterr().err == ""
    assert house.parts.accounts.sign_in("admin", password, "") is not None


@pytest.mark.parametrize("says", [True, False])
def test_samples_come_in_when_somebody_says_yes(
    house: House, monkeypatch: pytest.MonkeyPatch, *, says: bool
) -> None:
    at_a_terminal(monkeypatch, says=says)

    first_start.offer_samples(house.parts, None)

    assert ("good-call.wav" in kept(house)) is says
    assert len(kept(house)) == (11 if says else 0)


def test_samples_come_in_once(house: House) -> None:
    first_start.offer_samples(house.parts, True)
    first_start.offer_samples(house.parts, True)

    assert len(kept(house)) == len(set(kept(house))) == 11


def test_a_house_with_calls_is_not_asked(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    at_a_terminal(monkeypatch, says=True)
    house.call()

    first_start.offer_samples(house.parts, None)

    assert kept(house) == ["a.wav"]


def test_where_nobody_can_answer_the_option_is_named(
    house: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False)

    first_start.offer_samples(house.parts, None)

    assert "--samples" in capsys.readouterr().err
    assert kept(house) == []


def test_who_wants_none_gets_none(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    first_start.offer_samples(house.parts, False)

    assert (kept(house), capsys.readouterr().err) == ([], "")
