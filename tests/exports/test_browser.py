"""The report in a real browser: it plays, it is steered by keys, and the policy keeps hostile words still."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from qa_service.audio.clip import media_type, playable
from qa_service.exports.document import assessment_model
from qa_service.exports.moments import headline_ms
from qa_service.exports.report import Clip, write_report
from qa_service.i18n.catalogue import catalogue
from qa_service.usecases.analyze import Analyzed
from tests.exports.calls import BAD, HOSTILE, MEASURED_CER, TEXT, analyzed, long_call

_CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(_CHROMIUM is None, reason="no Chromium here: the report was not opened in a browser"),
]
_FLAGS = ["--no-sandbox", "--disable-gpu", "--autoplay-policy=no-user-gesture-required"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as started:
        opened = started.chromium.launch(executable_path=_CHROMIUM, args=_FLAGS)
        yield opened
        opened.close()


class _Opened:
    """A report in a page, and everything the browser complained about."""

    def __init__(self, browser: Browser, file: Path, **context: Any) -> None:
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self.page = browser.new_page(**context)
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.goto(file.as_uri())

    def audio(self, what: str) -> float:
        return float(self.page.evaluate(f"document.querySelector('audio').{what}"))

    def overflow(self) -> int:
        return int(self.page.evaluate("document.documentElement.scrollWidth - innerWidth"))


def _report(folder: Path, call: Analyzed) -> Path:
    clip = Clip(media_type(), playable(call.recording)) if call.recording else None
    write_report(call, catalogue("zh_CN"), folder / "call.html", source="call.wav", clip=clip)
    return folder / "call.html"


def test_keys_lead_through_the_moments(browser: Browser, tmp_path: Path) -> None:
    call = analyzed(BAD, replace(MEASURED_CER, with_sound=True))
    opened = _Opened(browser, _report(tmp_path, call))
    document = assessment_model(call, catalogue("zh_CN"))
    first, second, *_ = document.moments
    opened.page.wait_for_function("document.querySelector('audio').readyState > 0")

    opened.page.keyboard.press("j")
    assert opened.page.evaluate("document.activeElement.id") == "m1"
    assert opened.audio("currentTime") == pytest.approx(headline_ms(document, first) / 1_000 - 3, abs=1.0)
    opened.page.wait_for_function("!document.querySelector('audio').paused")
    opened.page.keyboard.press(" ")
    opened.page.wait_for_function("document.querySelector('audio').paused")

    opened.page.keyboard.press("J")
    assert opened.page.evaluate("document.activeElement.id") == "m2"
    assert opened.audio("currentTime") == pytest.approx(headline_ms(document, second) / 1_000 - 3, abs=1.0)
    opened.page.keyboard.press("k")
    assert opened.page.evaluate("document.activeElement.id") == "m1"
    opened.page.keyboard.press(".")
    assert opened.audio("playbackRate") == 1.25

    assert opened.complaints == []
    assert [url for url in opened.requests if not url.startswith(("file:", "data:"))] == []


def test_score_links_waveform_and_transcript_lead_to_the_sound(browser: Browser, tmp_path: Path) -> None:
    opened = _Opened(browser, _report(tmp_path, analyzed(BAD, replace(MEASURED_CER, with_sound=True))))
    opened.page.wait_for_function("document.querySelector('audio').readyState > 0")

    opened.page.click(".links a >> nth=0")
    assert opened.page.evaluate("document.activeElement.id") == "m1"
    opened.page.click(".row.agent .t >> nth=-1")
    assert opened.audio("currentTime") > 40
    assert opened.page.locator(".row.playing").count() == 1

    assert opened.complaints == []


@pytest.mark.parametrize("width", [390, 1280, 1920])
def test_hostile_words_neither_run_nor_overflow(browser: Browser, tmp_path: Path, width: int) -> None:
    size = {"width": width, "height": 900}
    opened = _Opened(browser, _report(tmp_path, analyzed(HOSTILE, TEXT)), viewport=size)

    assert opened.page.title() == "通话质检报告 · call.wav"
    assert opened.overflow() <= 0
    assert opened.complaints == []


def test_the_policy_stops_a_script_that_got_in_after_all(browser: Browser, tmp_path: Path) -> None:
    file = _report(tmp_path, analyzed(BAD, TEXT))
    file.write_text(
        file.read_text("utf-8").replace("<main>", "<script>document.title='owned'</script><main>")
    )

    opened = _Opened(browser, file)

    assert opened.page.title() == "通话质检报告 · call.wav"
    assert any("Content Security Policy" in complaint for complaint in opened.complaints)


def test_an_hour_long_report_opens_and_answers_keys(browser: Browser, tmp_path: Path) -> None:
    opened = _Opened(browser, _report(tmp_path, long_call()))

    opened.page.keyboard.press("j")

    assert opened.page.evaluate("document.activeElement.id") == "m1"
    assert opened.page.locator(".row[data-start]").count() == 600
    assert opened.complaints == []


#: Relative luminance as WCAG 2.2 defines it, over every element that shows text of its own.
_CONTRAST = """() => {
  const lum = c => { const f = v => (v /= 255) <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
    return .2126 * f(c[0]) + .7152 * f(c[1]) + .0722 * f(c[2]); };
  const rgba = s => (s.match(/[\\d.]+/g) || [0, 0, 0, 0]).map(Number);
  const ground = e => { for (; e; e = e.parentElement) {
      const c = rgba(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] === 1) return c; }
    return [255, 255, 255]; };
  const bad = [];
  for (const e of document.querySelectorAll('body *')) {
    if (e.closest('svg, .skip') || ![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())) continue;
    const [a, b] = [lum(rgba(getComputedStyle(e).color)), lum(ground(e))].sort((x, y) => y - x);
    const ratio = (a + .05) / (b + .05);
    if (ratio < 4.5) bad.push([e.className || e.tagName, ratio.toFixed(2)].join(' '));
  }
  return [...new Set(bad)];
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_text_can_be_read(browser: Browser, tmp_path: Path, scheme: str) -> None:
    opened = _Opened(browser, _report(tmp_path, analyzed(BAD, replace(TEXT))), color_scheme=scheme)

    assert opened.page.evaluate(_CONTRAST) == []
