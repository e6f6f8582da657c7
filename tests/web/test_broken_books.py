"""Broken rulebooks through the API: each is refused at once and in clear words, and what was in force stays so."""

from __future__ import annotations

import time
from collections.abc import Iterator

import httpx
import pytest

from qa_service.core.people import Right
from qa_service.i18n.catalogue import catalogue
from qa_service.rulebook.later import read_again
from qa_service.web.app import make_app
from tests.rulebook.test_nasty_files import _CHAIN, _TENFOLD
from tests.web.rules import Rules, book
from tests.web.service import Service, answering

NAME = "never-broken"
#: A bomb is looked at, and not let off; what is deep is told in PyYAML's words, which take half a second.
AT_ONCE_S = 2.0
#: What is written behind a sound book, its code, what the reader of Chinese is told, and the reader of English.
_BEHIND = [
    pytest.param("x: a\x07b\n", "rulebook_yaml_character", "字符 U+0007。请删去", "U+0007. Delete it", id="BEL"),
    pytest.param("x: \0\n", "rulebook_yaml_character", "看不见的字符 U+0000。请删去", "U+0000. Delete it", id="NUL"),
    pytest.param(_TENFOLD, "rulebook_tangled", "请直接写出内容", "Write the values out", id="a billion laughs"),
    pytest.param(_CHAIN, "rulebook_tangled", "请直接写出内容", "Write the values out", id="aliases 200 deep"),
    pytest.param("x: " + "[" * 5_000 + "]" * 5_000, "rulebook_yaml_deep", "请少套几层", "Write it flatter", id="deep"),
    pytest.param("name: twice\n", "rulebook_key_twice", "请留下一个", "Keep one", id="a key twice"),
    pytest.param("x: !!python/object/apply:os.system [id]\n", "rulebook_yaml_tag",
                 "不能写标签 !!python/object/apply:os.system。请去掉", "Leave it out", id="a tag of Python"),
    pytest.param("\t- x\n", "rulebook_yaml_tab", "缩进请用空格", "Indent with spaces", id="a tab"),
    pytest.param("---\nname: two\n", "rulebook_yaml_two", "一个文件只放一份", "Keep one to a file", id="two books"),
]  # fmt: skip
_WHOLE = [
    pytest.param(" \n", "rulebook_not_a_book", "第一行请写 schema:", "Start with `schema:", id="blanks"),
    pytest.param(
        "- a\n- b\n", "rulebook_not_a_book", "第一行请写 schema:", "Start with `schema:", id="a list"
    ),
    pytest.param("hello", "rulebook_not_a_book", "第一行请写 schema:", "Start with `schema:", id="a word"),
    pytest.param("", "request_invalid", "body.source：是空的。", "body.source: is empty.", id="nothing"),
    pytest.param(
        "x" * 1_500_001, "request_invalid", "太长，字符数最多 1500000", "at most 1500000", id="too long"
    ),
]
_VALUES = [
    pytest.param(
        "version: 1e999", "rulebook_whole", "不是整数。请写 1、2", "Write for example 1.", id="1e999"
    ),
    pytest.param("version: .nan", "rulebook_whole", "不是整数。请写 1、2", "Write for example 1.", id=".nan"),
    pytest.param(
        "version: -.inf", "rulebook_whole", "不是整数。请写 1、2", "Write for example 1.", id="-.inf"
    ),
]


@pytest.fixture(scope="module")
def in_force(sqlite_service: Service) -> tuple[Service, str]:
    """A service in which one rulebook is in force, and its digest."""
    return sqlite_service, Rules(sqlite_service, "broken").publish(book(NAME), NAME)


@pytest.fixture(scope="module")
def english(sqlite_service: Service) -> Iterator[httpx.Client]:
    """The same service for readers of English."""
    with answering(make_app(sqlite_service.parts, catalogue("en"))) as url:
        headers = {"Authorization": f"Bearer {sqlite_service.key(*Right)}"}
        with httpx.Client(base_url=url, headers=headers) as client:
            yield client


def _put(client: httpx.Client, source: str) -> httpx.Response:
    return client.put(f"/api/v1/rulebooks/{NAME}/draft", json={"source": source})


def _check_refused(
    in_force: tuple[Service, str], english: httpx.Client, source: str, code: str, zh: str, en: str
) -> None:
    service, digest = in_force
    client = service.everything()

    begun = time.process_time()
    answer = _put(client, source)
    took_s = time.process_time() - begun

    assert (answer.status_code, answer.json()["error"]) == (422, code)
    assert zh in answer.json()["detail"]
    assert en in _put(english, source).json()["detail"]
    assert took_s < AT_ONCE_S
    shelves = {row["name"]: row for row in client.get("/api/v1/rulebooks").json()["rulebooks"]}
    assert (shelves[NAME]["current"]["digest"], shelves[NAME]["has_draft"]) == (digest, False)


@pytest.mark.parametrize(("behind", "code", "zh", "en"), _BEHIND)
def test_what_is_no_yaml_for_us_is_refused(
    in_force: tuple[Service, str], english: httpx.Client, behind: str, code: str, zh: str, en: str
) -> None:
    _check_refused(in_force, english, book(NAME, 2) + behind, code, zh, en)


@pytest.mark.parametrize(("source", "code", "zh", "en"), _WHOLE)
def test_what_is_no_book_is_refused(
    in_force: tuple[Service, str], english: httpx.Client, source: str, code: str, zh: str, en: str
) -> None:
    _check_refused(in_force, english, source, code, zh, en)


@pytest.mark.parametrize(("version", "code", "zh", "en"), _VALUES)
def test_numbers_without_end_are_refused(
    in_force: tuple[Service, str], english: httpx.Client, version: str, code: str, zh: str, en: str
) -> None:
    _check_refused(in_force, english, book(NAME, 2).replace("version: 2", version), code, zh, en)


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("\ufeff" + book(NAME, 2), id="a mark of order, as Notepad writes it"),
        pytest.param(book(NAME, 2).replace("\n", "\r\n"), id="lines that end as on Windows"),
        pytest.param(book(NAME, 2) + "# 注释\t\n", id="a tab in a comment"),
    ],
)
def test_what_only_looks_broken_is_kept(in_force: tuple[Service, str], source: str) -> None:
    client = in_force[0].everything()

    answer = _put(client, source)

    assert (answer.status_code, answer.json()["source"]) == (200, source)
    assert client.delete(f"/api/v1/rulebooks/{NAME}/draft").status_code == 204


def test_a_request_that_is_too_large_is_told_of_rulebooks_and_not_of_recordings(
    in_force: tuple[Service, str], english: httpx.Client
) -> None:
    large = "x" * (2 << 20)

    answers = [_put(client, large) for client in (in_force[0].everything(), english)]

    assert [(a.status_code, a.json()["error"]) for a in answers] == [(413, "rulebook_request_too_large")] * 2
    zh, en = (answer.json()["detail"] for answer in answers)
    assert zh == "质检方案连同它的表超过 2 MB。请用 include 分成几份方案，或把表拆小。"
    assert (
        en == "the request is larger than 2 MB. Split the rulebook with include, or its tables into several."
    )


def test_other_requests_that_are_too_large_are_not_told_of_recordings_either(service: Service) -> None:
    answer = service.everything().post("/api/v1/users", content=b"x" * (3 << 20))

    assert (answer.status_code, answer.json()["error"]) == (413, "request_too_large")
    assert answer.json()["detail"] == "这个请求超过 2 MB。请分几次传。"


@pytest.mark.parametrize(
    "body",
    [b'{"source": "a\xff\xfe: 1"}', b'{"source": "', b"\xff\xfe{\x00"],
    ids=["no UTF-8", "cut", "UTF-16"],
)
def test_bytes_that_are_no_text_are_refused(
    in_force: tuple[Service, str], english: httpx.Client, body: bytes
) -> None:
    headers = {"Content-Type": "application/json"}

    zh, en = (
        client.put(f"/api/v1/rulebooks/{NAME}/draft", content=body, headers=headers)
        for client in (in_force[0].everything(), english)
    )

    assert (zh.status_code, zh.json()["error"]) == (422, "request_invalid")
    assert "JSON" in zh.json()["detail"]
    assert "JSON" in en.json()["detail"]


@pytest.mark.parametrize("name", ["a list of words", "a rule"])
def test_an_alias_may_stand_often_but_not_without_end(
    in_force: tuple[Service, str], english: httpx.Client, name: str
) -> None:
    repeated = {
        "a list of words": "x: &x ['" + "文" * 400_000 + "']\ny: [" + "*x, " * 1_000 + "]\n",
        "a rule": "x: &x {id: a, title: 甲, when: {tag: pace.fast}}\ny: [" + "*x, " * 50_000 + "]\n",
    }[name]

    _check_refused(
        in_force,
        english,
        book(NAME, 2) + repeated,
        "rulebook_tangled",
        "请直接写出内容",
        "Write the values out",
    )


def test_a_book_published_before_a_check_was_there_still_judges_and_says_what_is_odd(
    sqlite_service: Service, english: httpx.Client
) -> None:
    name, rules = "of-earlier-days", Rules(sqlite_service, "earlier")
    source = (
        book(name)
        .replace("phrases: [保本], role: agent", "regex: '[a-z]+@[a-z]+'")
        .replace("match: [这款是保本的]", "match: []")
    )
    with read_again():  # as a qa-service did that did not know
        digest = rules.publish(source, name)
    client = sqlite_service.everything()

    shown = client.get(f"/api/v1/rulebooks/{name}/versions/{digest}")
    judging = sqlite_service.parts.rulebooks.judged_by(digest)
    refused = client.put(
        f"/api/v1/rulebooks/{name}/draft", json={"source": source.replace("version: 1", "version: 2")}
    )

    assert shown.status_code == 200
    assert [rule["id"] for rule in shown.json()["rules"]] == [f"{name}/promise"]
    (warning,) = shown.json()["warnings"]
    assert (warning["error"], "rules[0].when.regex" in warning["where"]) == ("rulebook_pattern_never", True)
    assert "永远找不到" in warning["detail"]
    assert "finds nothing" in english.get(f"/api/v1/rulebooks/{name}/versions/{digest}").text
    assert judging is not None
    assert judging.book.digest == digest
    assert (refused.status_code, refused.json()["error"]) == (422, "rulebook_pattern_never")
