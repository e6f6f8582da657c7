"""Routing tables as people write them: read, or refused with every mistake and its place."""

from __future__ import annotations

import pytest

from qa_service.core.errors import RoutingError
from qa_service.core.routing import Between, OneOf, Outcome, Profile, Route, RoutingTable
from qa_service.i18n.catalogue import catalogue
from qa_service.usecases.routing_file import MOST_MISTAKES, Known, read_known, read_table

KNOWN = Known(rulebooks={"service-zh", "ins-zh", "ins-zh@2"}, models={"whisper-base"})
HEAD = "schema: qa-service/routing@1\n"
WHOLE = """schema: qa-service/routing@1
timezone: Asia/Taipei
profiles:
  far: {model: whisper-base, effort: fast, language: zh, script: zh_TW, hot_words: [康宁]}
default: {rulebooks: [service-zh], retention: standard}
routes:
  - id: night
    title: 夜间
    when: {line: '400*', direction: outbound, time: '22:00-06:00', metadata: {vip: ['yes', '1']}}
    rulebooks: [ins-zh@2, service-zh]
    profile: far
    jurisdiction: CN
    alerts: night-shift
"""


def mistakes(text: str) -> list[RoutingError]:
    with pytest.raises(RoutingError) as caught:
        read_table(text, KNOWN)
    return [caught.value, *caught.value.more]


def routes(*written: str) -> str:
    return HEAD + "routes:\n" + "".join(f"  - {one}\n" for one in written)


def test_a_whole_table() -> None:
    conditions = (
        OneOf("line", ("400*",)),
        OneOf("direction", ("outbound",)),
        OneOf("metadata.vip", ("yes", "1")),
        Between(22 * 60, 6 * 60),
    )
    outcome = Outcome(("ins-zh@2", "service-zh"), "far", "CN", "", "night-shift")
    far = Profile("far", "whisper", "whisper-base", "fast", "zh", "zh_TW", ("康宁",))

    assert read_table(WHOLE, KNOWN) == RoutingTable(
        (Route("night", conditions, outcome, "夜间"),),
        Outcome(("service-zh",), retention="standard"),
        (far,),
        "Asia/Taipei",
    )


def test_a_table_may_have_no_routes() -> None:
    assert read_table(HEAD, KNOWN) == RoutingTable()


def test_what_was_published_is_read_although_its_rulebooks_are_gone() -> None:
    assert read_known(WHOLE) == read_table(WHOLE, KNOWN)


@pytest.mark.parametrize(
    ("text", "code", "where"),
    [
        pytest.param("", "routing_invalid", "schema", id="nothing"),
        pytest.param("schema: qa-service/routing@2", "routing_invalid", "schema", id="another schema"),
        pytest.param("[1, 2]", "routing_invalid", "", id="a list"),
        pytest.param("a: [", "routing_unreadable", "line 1", id="no YAML"),
        pytest.param(HEAD + "routes: []\nroutes: []", "routing_unreadable", "line 3", id="a key twice"),
        pytest.param(HEAD + "rules: []", "routing_invalid", "rules", id="a field that is not there"),
        pytest.param(HEAD + "timezone: Mars/Olympus", "routing_invalid", "timezone", id="no zone"),
        pytest.param(HEAD + "timezone: ../etc", "routing_invalid", "timezone", id="a zone that is a path"),
        pytest.param(routes("{id: a, when: {}}"), "routing_invalid", "routes[0].when", id="no condition"),
        pytest.param(routes("{id: a}"), "routing_invalid", "routes[0].when", id="no when"),
        pytest.param(
            routes("{id: a, when: {line: 95500}}"), "routing_invalid", "routes[0].when.line[0]", id="a number"
        ),
        pytest.param(
            routes("{id: a, when: {metadata: {vip: true}}}"),
            "routing_invalid",
            "routes[0].when.metadata.vip[0]",
            id="a truth without quotes",
        ),
        pytest.param(
            routes("{id: a, when: {line: []}}"), "routing_invalid", "routes[0].when.line", id="no value"
        ),
        pytest.param(
            routes("{id: a, when: {direction: both}}"),
            "routing_invalid",
            "routes[0].when.direction[0]",
            id="both",
        ),
        pytest.param(
            routes("{id: a, when: {time: '9-18'}}"),
            "routing_invalid",
            "routes[0].when.time",
            id="no time of day",
        ),
        pytest.param(
            routes("{id: a, when: {time: '09:00-09:00'}}"),
            "routing_invalid",
            "routes[0].when.time",
            id="no time at all",
        ),
        pytest.param(
            routes("{id: a, when: {time: '22:00-24:30'}}"),
            "routing_invalid",
            "routes[0].when.time",
            id="past the day",
        ),
        pytest.param(routes("{id: A b, when: {line: x}}"), "routing_invalid", "routes[0].id", id="an odd id"),
        pytest.param(
            routes("{id: a, when: {line: x}}", "{id: a, when: {line: y}}"),
            "routing_twice",
            "routes[1].id",
            id="twice",
        ),
        pytest.param(
            routes("{id: a, when: {line: x}, rulebooks: [ins-zh, ins-zh@2]}"),
            "routing_twice",
            "routes[0].rulebooks[1]",
            id="two versions of one rulebook",
        ),
        pytest.param(
            routes("{id: a, when: {line: x}, rulebooks: [ins-zh@3]}"),
            "routing_unknown",
            "routes[0].rulebooks[0]",
            id="no such version",
        ),
        pytest.param(
            routes("{id: a, when: {line: x}, rulebooks: [/etc/passwd]}"),
            "routing_invalid",
            "routes[0].rulebooks[0]",
            id="a path is no rulebook",
        ),
        pytest.param(
            routes("{id: a, when: {line: x}, profile: far}"),
            "routing_unknown",
            "routes[0].profile",
            id="no profile",
        ),
        pytest.param(
            HEAD + "profiles: {far: {model: 'path:/models'}}",
            "routing_unknown",
            "profiles.far.model",
            id="a folder",
        ),
        pytest.param(
            HEAD + "profiles: {far: {engine: other}}",
            "routing_invalid",
            "profiles.far.engine",
            id="another engine",
        ),
        pytest.param("x" * (1 << 20) + "x", "routing_too_large", "", id="too large"),
        pytest.param(
            "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
            + "".join(
                f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 10)}]\n" for n in range(6)
            ),
            "routing_too_large",
            "",
            id="aliases that unfold",
        ),
    ],
)
def test_a_mistake_is_named_with_its_place(text: str, code: str, where: str) -> None:
    (mistake,) = mistakes(text)

    assert (mistake.code, mistake.where) == (code, where)
    assert catalogue("zh_CN").error(mistake)


def test_all_mistakes_are_named_at_once() -> None:
    several = routes("{id: a, when: {line: x}, rulebooks: [x-zh]}", "{id: a, when: {line: y}, profile: q}")

    assert [one.where for one in mistakes(several)] == [
        "routes[1].id",
        "routes[0].rulebooks[0]",
        "routes[1].profile",
    ]


def test_no_more_mistakes_are_named_than_anybody_mends() -> None:
    many = routes(*(f"{{id: r{n}, when: {{line: {n}}}}}" for n in range(200)))

    assert len(mistakes(many)) == MOST_MISTAKES
