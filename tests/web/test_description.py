"""The service keeps to its own description, also when it is asked for nonsense: schemathesis against the real server.

Seeded and bounded: the same requests every time. `SCHEMATHESIS_EXAMPLES=200` looks longer.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from types import SimpleNamespace
from typing import Any

import jsonschema
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import load_all_checks
from schemathesis.core.result import Err
from schemathesis.generation.feedback import FeedbackSources
from schemathesis.pytest._test_builder import build_operation_test
from schemathesis.python._constants.orchestrator import make_constants_value_source
from schemathesis.schemas import APIOperation, BaseSchema
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from qa_service.core.people import Right
from qa_service.i18n.catalogue import catalogue
from qa_service.ports.tracing import UNTRACED
from qa_service.stores.roster import StoreRoster
from qa_service.web.app import make_app
from tests.databases import new_file
from tests.web.service import Service, set_up

_EXAMPLES = int(os.environ.get("SCHEMATHESIS_EXAMPLES", "12"))


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service of its own: what is made up here is in nobody else's way."""
    folder = tmp_path_factory.mktemp("described")
    with set_up(folder, new_file(folder)) as made:
        StoreRoster(made.shelves.engine, "a-worker", lambda *_: None, lambda *_: None, made.clock).beat()
        yield made


@pytest.fixture(scope="module")
def secret(asked: Service) -> str:
    """The key of a program that may do all."""
    return asked.key(*Right)


def _description() -> dict[str, Any]:
    """As the app tells it; no part of it is called for that."""
    nothing: Any = SimpleNamespace(most_bytes=0, tracer=UNTRACED, known=None)
    return make_app(nothing, catalogue("zh_CN")).openapi()


DESCRIPTION = _description()


def _operations(schema: BaseSchema) -> Iterator[APIOperation[Any, Any, Any, Any]]:
    """Every one; a part of the description that cannot be read is raised."""
    for found in schema.get_all_operations():
        if isinstance(found, Err):
            raise found.err()
        yield found.ok()


#: Pieces of a recording are bytes at an offset, which tests/web/test_resumable.py sends.
SCHEMA = schemathesis.openapi.from_dict(DESCRIPTION).exclude(method="PATCH", path_regex="/uploads/")
OPERATIONS = {operation.label: operation for operation in _operations(SCHEMA)}


@settings(
    max_examples=_EXAMPLES,
    derandomize=True,
    deadline=None,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
def is_answered_as_described(case: Any, asked: Service, secret: str) -> None:
    # What keeps to the schema may still be refused: a weak password, a name that is taken, a file that is no recording.
    excluded = [positive_data_acceptance]
    if "multipart/form-data" in case.operation.definition.raw.get("requestBody", {}).get("content", {}):
        # A form holds text alone: `false` for a file's content is a file of five bytes.
        excluded.append(negative_data_rejection)
    answer = case.call(base_url=asked.url, headers={"Authorization": f"Bearer {secret}"})
    if answer.status_code == 413:
        # Refused for its length, before anybody looks what is wrong in it.
        excluded.append(negative_data_rejection)
    case.validate_response(answer, excluded_checks=excluded, headers={"Authorization": f"Bearer {secret}"})


@pytest.mark.slow
@pytest.mark.parametrize("label", OPERATIONS)
def test_answers_are_as_described(label: str, asked: Service, secret: str) -> None:
    # As `schema.parametrize()` makes it, but here: there every process that merely looks which tests there are
    # makes up all requests, for half a minute.
    load_all_checks()
    ask: Any = build_operation_test(
        config=SCHEMA.config,
        operation=OPERATIONS[label],
        test_func=is_answered_as_described,
        given_kwargs={},
        feedback=FeedbackSources(constants_value_source=make_constants_value_source(SCHEMA)),
    )

    ask(asked=asked, secret=secret)


def test_names_of_schemas_are_those_of_one_class_each() -> None:
    """Two classes of one name would be told apart by their modules, in every generated client."""
    names = DESCRIPTION["components"]["schemas"]

    assert [name for name in names if "__" in name or not name.isidentifier()] == []


def bodies() -> Iterator[Any]:
    for path, methods in DESCRIPTION["paths"].items():
        for method, operation in methods.items():
            for kind, body in operation.get("requestBody", {}).get("content", {}).items():
                yield pytest.param(kind, body, id=f"{method.upper()} {path}")


def resolved(part: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema itself, where another place is named."""
    name = str(part.get("$ref", "")).rpartition("/")[2]
    return DESCRIPTION["components"]["schemas"][name] if name else part


@pytest.mark.parametrize(("kind", "body"), list(bodies()))
def test_every_body_has_an_example_that_fits(kind: str, body: Mapping[str, Any]) -> None:
    wanted = resolved(body["schema"])
    if kind == "multipart/form-data":
        texts = {
            n: p for n, p in wanted["properties"].items() if p.get("type") == "string" and n != "recording"
        }
        assert all("examples" in part or part.get("default") == "" for part in texts.values())
        return

    if wanted.get("format") == "binary":
        return  # the bytes of a recording: nothing to show
    examples = [*wanted.get("examples", ()), *body.get("examples", ()), *filter(None, [body.get("example")])]
    whole = {**wanted, "components": DESCRIPTION["components"]}

    assert examples
    for example in examples:
        jsonschema.validate(example, whole)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        pytest.param("PUT", "/api/v1/calls", "GET, POST", id="two routes at one address"),
        pytest.param("GET", "/api/v1/calls/transcripts", "POST", id="a name is no call's id"),
        pytest.param("PATCH", f"/api/v1/keys/{'0' * 36}", "DELETE", id="with a blank"),
        pytest.param("POST", "/livez", "GET, HEAD", id="outside of the API"),
    ],
)
def test_another_method_is_told_which_there_are(
    service: Service, method: str, path: str, allowed: str
) -> None:
    answer = service.everything().request(method, path)

    assert (answer.status_code, answer.headers["allow"]) == (405, allowed)
    assert answer.json()["error"] == "method_not_allowed"


@pytest.mark.parametrize(
    ("moment", "status"),
    [
        pytest.param("2026-11-26T08:00:00+08:00", 200, id="a moment with its zone"),
        pytest.param("2026-11-26T00:00:00Z", 200, id="in UTC"),
        pytest.param("2026-11-26T08:00:00", 422, id="without a zone"),
        pytest.param("1795651200", 422, id="seconds, or milliseconds?"),
        pytest.param("0.5", 422, id="a fraction of what?"),
        pytest.param("-2026-11-26", 422, id="before our time"),
        pytest.param("yesterday", 422, id="words"),
    ],
)
def test_moments_are_dates_that_everybody_reads_alike(service: Service, moment: str, status: int) -> None:
    answer = service.everything().get("/api/v1/calls", params={"since": moment})

    assert answer.status_code == status, answer.text
