"""Rules about what was meant, in the service: measured with the call, kept with the book, judged without a model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from qa_service import bootstrap
from qa_service.core.people import UserRole
from qa_service.stores import results
from qa_service.stores.engine import reading
from qa_service.stores.meanings import StoreMeanings
from qa_service.stores.tables import rulebook_meanings
from qa_service.usecases.embed import Interpreter
from tests.databases import new_file
from tests.inference.use_here import encoder
from tests.rulebook.books import HEAD
from tests.web.rules import NOTE, digest
from tests.web.samples import transcript
from tests.web.service import Service, set_up

BOOK = (
    HEAD.replace("demo", "calls-back")
    + """\
rules:
  - id: offers
    title: 答应回话
    when: {means: [我查清楚之后给您回电话, 有消息马上打电话告诉您], role: agent}
    examples:
      match: [有结果了我马上给您回电话。]
      no_match: [您去营业厅看看价目表吧。, "客户: 有结果了我马上给您回电话。"]
"""
)


@pytest.fixture
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """An installation whose `serve` has an encoder."""
    models = encoder().folder.parent
    folder = tmp_path_factory.mktemp("meanings")
    more = {"QA_MEANING_MODEL": "use-multilingual", "QA_MODELS_DIR": str(models)}
    with set_up(folder, new_file(folder), more=more) as made:
        yield made


def _call(service: Service, interpreter: Interpreter) -> str:
    """A transcript, measured by a worker with this interpreter."""
    words = transcript(
        "", ("您好，请讲。", "我家宽带断了三天了。", "好的。有结果了我马上给您回电话。", "好。")
    )
    made = service.everything().post("/api/v1/calls/transcripts", json=words).json()
    analyst = bootstrap.analyst(bootstrap.rulebook(), interpreter_=interpreter)
    worker = replace(service.processor(), reader=lambda: analyst)
    assert worker.measure(made["job_id"])
    assert worker.judge(made["job_id"])
    return str(made["call_id"])


def test_a_rulebook_about_meanings_from_its_draft_to_its_verdict(service: Service) -> None:
    anna, bert = (
        service.client(session=service.session(service.user(name, UserRole.QA_LEAD).name))
        for name in ("anna", "bert")
    )
    shelf = StoreMeanings(service.shelves.engine, service.shelves.now)
    with_model, without = (_call(service, Interpreter(made, shelf)) for made in (encoder, lambda: None))
    address = "/api/v1/rulebooks/calls-back/draft"

    anna.put(address, json={"source": BOOK})
    tried = anna.post(f"{address}/test", json={"calls": [with_model, without]}).json()
    published = bert.post(f"{address}/publish", json={"digest": digest(BOOK), "note": NOTE})

    assert [(one["matched"], one["undecided"]) for one in tried["examples"]] == [
        (True, None),
        (False, None),
        (False, None),
    ]
    assert [_quotes(one) for one in tried["calls"]] == [["有结果了我马上给您回电话"], []]
    assert published.status_code == 201, published.text
    with reading(service.shelves.engine) as connection:
        kept = connection.execute(sa.select(rulebook_meanings.c.digest, rulebook_meanings.c.encoder)).all()
        measured = [results.measured_call(connection, call) for call in (with_model, without)]
    assert [tuple(row) for row in kept] == [(published.json()["digest"], encoder().name)]
    assert [bool(one and one.call.meanings.places) for one in measured] == [True, False]


def _quotes(tried: dict[str, Any]) -> list[str]:
    return [quote for found in tried["findings"] for quote in found["quotes"]]
