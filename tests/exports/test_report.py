"""The HTML report as text: complete in every language, and nothing of a stranger's runs or loads."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser

import pytest

from qa_service.core.measured import Layout
from qa_service.exports.document import assessment_model
from qa_service.exports.report import Clip, render_report
from qa_service.exports.transcript import Piece, excerpt, lines_of
from qa_service.i18n.catalogue import LANGUAGES, Catalogue, catalogue
from qa_service.usecases.analyze import Analyzed
from tests.exports.calls import (
    BAD,
    GOOD,
    HOSTILE,
    MEASURED_CER,
    TEXT,
    Scene,
    analyzed,
    long_call,
    transferred,
)

_CLIP = Clip("audio/mpeg", b"\0" * 64)


class _Strict(Catalogue):
    """A catalogue that does not forgive a missing text."""

    def say(self, code: str, **values: object) -> str:
        assert self.knows(code), code
        return super().say(code, **values)


class _Page(HTMLParser):
    """Tags and attributes of a page, and whether every tag was closed."""

    _VOID = frozenset({"meta", "br", "img", "input", "link", "hr"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self._VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1:] == [tag], self.open[-3:]
        self.open.pop()


_CALLS: dict[str, Callable[[], Analyzed]] = {
    "bad": lambda: analyzed(BAD, MEASURED_CER),
    "unmeasured": lambda: analyzed(BAD, Scene()),
    "good": lambda: analyzed(GOOD, MEASURED_CER),
    "text": lambda: analyzed(BAD, TEXT),
    "mono": lambda: analyzed(BAD, replace(MEASURED_CER, layout=Layout.MONO)),
    "one side": lambda: analyzed(BAD[:1], Scene()),
    "nothing": lambda: analyzed((), Scene(with_sound=True)),
    "hostile": lambda: analyzed(HOSTILE, TEXT),
    "two agents": transferred,
    "sound": lambda: analyzed(BAD, replace(MEASURED_CER, with_sound=True)),
}


@cache
def _call(name: str) -> Analyzed:
    return _CALLS[name]()


@cache
def _page(name: str, lang: str = "zh_CN", *, clip: bool = False) -> str:
    return render_report(_call(name), _Strict(lang), source="a<b>.wav", clip=_CLIP if clip else None)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", _CALLS)
def test_every_report_is_whole_in_every_language(name: str, lang: str) -> None:
    page = _Page(_page(name, lang))

    assert page.open == []
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    links = {str(attrs["href"])[1:] for tag, attrs in page.tags if tag == "a"}
    assert links <= set(ids)


@pytest.mark.parametrize("name", _CALLS)
def test_nothing_is_loaded_from_elsewhere(name: str) -> None:
    page = _page(name, clip=True)

    sources = [str(a[key]) for _, a in _Page(page).tags for key in ("src", "href", "action") if key in a]
    assert [s for s in sources if not s.startswith(("#", "data:audio/"))] == []
    assert not re.search(r"url\(|@import|//[a-z]", re.sub(r"/\*.*?\*/", "", page.split("<body>")[0]))


@pytest.mark.parametrize("name", _CALLS)
def test_only_our_own_style_and_script_are_allowed_by_the_policy(name: str) -> None:
    page = _page(name)
    policy = next(
        str(a["content"]) for _, a in _Page(page).tags if a.get("http-equiv") == "Content-Security-Policy"
    )
    blocks = re.findall(r"<(style|script)>(.*?)</\1>", page, re.DOTALL)

    assert "unsafe" not in policy
    assert policy.startswith("default-src 'none'")
    for kind, block in blocks:
        digest = base64.b64encode(hashlib.sha256(block.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy


def test_there_is_no_inline_style_or_handler_that_the_policy_would_block() -> None:
    for _, attrs in _Page(_page("bad", clip=True)).tags:
        assert not [name for name in attrs if name == "style" or name.startswith("on")]


def test_hostile_words_stay_words() -> None:
    tags = [tag for tag, _ in _Page(_page("hostile")).tags]

    assert (tags.count("script"), tags.count("style"), tags.count("img")) == (1, 1, 0)
    assert "保本</mark>{{ 7 * 7 }}好" in _page("hostile")


@pytest.mark.parametrize("turner", "\u200e\u200f\u202a\u202e\u2066\u2069")
def test_what_turns_text_around_is_shown_as_unreadable(turner: str) -> None:
    call = analyzed([(BAD[0][0], f"您好{turner}保本", 0.1), *BAD[1:]], TEXT)
    page = render_report(call, catalogue("zh_CN"), source=f"a{turner}.wav")

    assert turner not in page
    assert "a\ufffd.wav" in page


@pytest.mark.parametrize("clip", [True, False], ids=["with sound", "without"])
def test_sound_is_promised_where_there_is_some(clip: bool) -> None:
    page, texts = _page("bad", clip=clip), catalogue("zh_CN")
    body = page.partition("<body>")[2].partition("<script>")[0]

    assert [said in body for said in ("▶", texts.say("report.keys"), texts.say("report.fair"))] == [clip] * 3
    assert texts.say("report.fair_silent") in body


def test_a_moment_shows_both_sides_and_leads_from_the_score() -> None:
    page = _page("bad")
    moment = page[page.index('id="m1"') : page.index('id="m2"')]

    assert moment.index("到底") < moment.index("应该快了吧</mark>")
    assert moment.count("who-customer") >= 2
    assert re.search(r'▸ <a href="#m1">00:22</a>.*阻拦或激化投诉', page)


def test_a_reason_that_holds_for_every_finding_is_said_once() -> None:
    assert _page("unmeasured").count("没有测过，对坐席不利的判断都要由人确认") == 1
    assert "还没有测过，由人来定" not in _page("unmeasured")


def test_unknown_is_a_dash_that_says_why() -> None:
    assert re.search(r'title="单声道录音里分不清[^"]*">–<', _page("mono"))


def test_two_agents_show_two_scores() -> None:
    page = _page("two agents")

    assert "得分 · 坐席 8012" in page
    assert "评分表 · 坐席 7715" in page


def test_what_was_not_scored_says_so_where_the_score_would_be() -> None:
    assert '<b>–</b><span class="verdict">不评分</span>' in _page("one side")


def test_a_report_without_the_sound_says_whether_there_was_one() -> None:
    assert "由文字稿分析，没有录音。" in _page("text")
    assert "报告里没有放录音。" in _page("bad")


def test_a_sound_that_was_cut_says_where_it_ends() -> None:
    page = render_report(analyzed(BAD, Scene()), _Strict("zh_CN"), clip=replace(_CLIP, ends_ms=30_000))

    assert "只放到 00:30" in page


def test_an_hour_of_talk_stays_under_a_megabyte_without_its_sound() -> None:
    page = render_report(long_call(), _Strict("zh_CN"))

    assert page.count('class="bubble') == 600
    assert len(page.encode()) < 1_000_000


_BEFORE, _AFTER, _LONG = "前" * 40, "后" * 40, "间" * 100


@pytest.mark.parametrize(
    ("pieces", "shown"),
    [
        pytest.param([("好", "")], "好", id="a short line stays"),
        pytest.param(
            [(_BEFORE, ""), ("中", "major"), (_AFTER, "")],
            "…" + _BEFORE[:24] + "中" + _AFTER[:24] + "…",
            id="some words around the evidence",
        ),
        pytest.param([("中" * 200, "major")], "中" * 90 + "…", id="long evidence is cut"),
        pytest.param([("前" * 200, "")], "前" * 90 + "…", id="without evidence the beginning is shown"),
        pytest.param(
            [("甲", "major"), (_LONG, ""), ("乙", "minor")],
            "甲" + _LONG[:24] + "…" + _LONG[:24] + "乙",
            id="two places in one line",
        ),
        pytest.param([("前" * 24, ""), ("中", "major")], "前" * 24 + "中", id="what just fits is not cut"),
    ],
)
def test_excerpt(pieces: list[tuple[str, str]], shown: str) -> None:
    call = analyzed(GOOD, TEXT)
    made = tuple(Piece(text, severity) for text, severity in pieces)
    line = replace(lines_of(assessment_model(call, catalogue("zh_CN")))[0], pieces=made)

    assert "".join(piece.text for piece in excerpt(line).pieces) == shown
