"""Many calls as a folder of reports: an index whose every link leads somewhere, and an end."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from zipfile import ZipFile

import pytest

from qa_service.core.stored import CallState
from qa_service.exports.assessed import Assessed
from qa_service.exports.ogg import beginning
from qa_service.exports.report_folder import write_report_folder
from qa_service.i18n.catalogue import LANGUAGES, catalogue
from tests.exports.assessed import ABOUT, assessed, stored
from tests.exports.calls import BAD, GOOD, HOSTILE, MEASURED_CER, TEXT, analyzed, transferred


@cache
def _calls() -> tuple[Assessed, ...]:
    made = [
        assessed(call)
        for call in (
            analyzed(BAD, MEASURED_CER), analyzed(GOOD, MEASURED_CER), analyzed(HOSTILE, TEXT),
            transferred(), analyzed((), TEXT),
        )
    ]  # fmt: skip
    calls = [(replace(call, id=f"c{n}"), document) for n, (call, document) in enumerate(made)]
    return (*calls, (replace(stored(CallState.FAILED), id="failed"), None))


def _opened(file: Path) -> tuple[list[str], str]:
    with ZipFile(file) as packed:
        return packed.namelist(), packed.read("index.html").decode()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_call_has_a_row_and_every_link_a_report(tmp_path: Path, lang: str) -> None:
    write_report_folder(iter(_calls()), tmp_path / "a.zip", catalogue(lang))

    names, index = _opened(tmp_path / "a.zip")
    assert re.findall(r'href="([^"]+)"', index) == [name for name in names if name != "index.html"]
    assert index.count("<tr>") == 1 + len(_calls())
    assert "report_index." not in index
    assert "outcome." not in index
    assert "export_status." not in index


def test_names_of_strangers_stay_words(tmp_path: Path) -> None:
    about = replace(ABOUT, call_id="<script>alert(1)</script>\u202e")
    _, document = _calls()[0]

    write_report_folder([(stored(about=about), document)], tmp_path / "a.zip", catalogue("zh_CN"))

    _, index = _opened(tmp_path / "a.zip")
    assert "<script>" not in index
    assert "\u202e" not in index


def test_what_does_not_fit_stands_in_the_index_without_a_report(tmp_path: Path) -> None:
    write_report_folder(_calls()[:3], tmp_path / "a.zip", catalogue("zh_CN"), most_bytes=1)

    names, index = _opened(tmp_path / "a.zip")
    assert names == ["reports/c0.html", "index.html"]
    assert index.count("<tr>") == 4


def test_no_call_is_said_so(tmp_path: Path) -> None:
    write_report_folder((), tmp_path / "a.zip", catalogue("zh_CN"))

    names, index = _opened(tmp_path / "a.zip")
    assert names == ["index.html"]
    assert "没有符合的通话" in index


def _page(reached: int, body: bytes = b"....") -> bytes:
    return b"OggS\0\0" + reached.to_bytes(8, "little") + body


_NONE = (1 << 64) - 1


@pytest.mark.parametrize(
    ("content", "kept", "ends_ms"),
    [
        pytest.param(_page(0) + _page(48_000) + _page(96_000)[:9], 2, 1_000, id="the last page is cut off"),
        pytest.param(_page(48_000) + _page(_NONE) + _page(9), 2, 1_000, id="a page on which nothing ends"),
        pytest.param(_page(48_000), 0, 0, id="one page is not sure to be whole"),
        pytest.param(_page(_NONE) + _page(9), 0, 0, id="no page has a time"),
        pytest.param(b"no pages at all", 0, 0, id="not Ogg"),
        pytest.param(b"", 0, 0, id="nothing"),
    ],
)
def test_sound_is_cut_where_a_page_ends(content: bytes, kept: int, ends_ms: int) -> None:
    whole, reached = beginning(content)

    assert (len(whole), reached) == (kept * 18, ends_ms)
    assert content.startswith(whole)
