"""`qa-service route`: why a call goes where it goes, a file checked, the table in force."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from qa_service import bootstrap
from qa_service.core.routing import TableVersion
from qa_service.stores import routes
from qa_service.stores.engine import make_engine
from qa_service.stores.installation import agreed_key
from tests.databases import new_file
from tests.stores.rows import NOW, call_in

if TYPE_CHECKING:
    from tests.cli.conftest import Cli
    from tests.cli.terminal import Run

TABLE = """schema: qa-service/routing@1
routes:
  - {id: vip, when: {line: '400', direction: outbound}}
  - {id: hotline, title: 热线, when: {line: '400'}, rulebooks: [service-zh], retention: long}
"""


@dataclass(frozen=True)
class Installation:
    """A database with one call on the line 400."""

    cli: Cli
    url: str
    call_id: str
    key: Path

    def route(self, *arguments: object) -> Run:
        env = {"QA_DATABASE_URL": self.url, "QA_MASTER_KEY_FILE": str(self.key)}
        return self.cli("route", *arguments, env=env)

    def publish(self, source: str = TABLE) -> None:
        engine = make_engine(self.url)
        with engine.begin() as connection:
            routes.publish(connection, TableVersion(1, source, (), "approver", NOW, "test"))
        engine.dispose()


@pytest.fixture
def here(cli: Cli, tmp_path: Path) -> Iterator[Installation]:
    url = new_file(tmp_path)
    engine = make_engine(url)
    key = tmp_path / "master.key"
    agreed_key(engine, key)
    call_id = call_in(engine, line="400")
    engine.dispose()
    bootstrap.shelves.cache_clear()
    yield Installation(cli, url, call_id, key)
    if bootstrap.shelves.cache_info().currsize:
        bootstrap.shelves().engine.dispose()
    bootstrap.shelves.cache_clear()


def test_the_explanation_names_the_route_and_every_condition(here: Installation) -> None:
    here.publish()

    run = here.route("--explain", here.call_id)

    assert run.code == 0, run.err
    assert run.out.splitlines() == [
        "路由表第 1 版 → hotline。方案：service-zh；识别：–；辖区：–；保留：long；告警：–",
        "  vip",
        "    ✓ line: 400  ← 400",
        "    ✗ direction: outbound  ← –",
        "→ hotline  热线",
        "    ✓ line: 400  ← 400",
    ]


def test_the_explanation_as_json(here: Installation) -> None:
    here.publish()

    told = json.loads(here.route("--explain", here.call_id, "--format", "json").out)

    assert (told["call_id"], told["explanation"]["decision"]["route"]) == (here.call_id, "hotline")


def test_without_a_table_everything_is_the_installations(here: Installation) -> None:
    assert "方案：service-zh；" in here.route("--explain", here.call_id).out
    assert here.route("--show").out.startswith("#")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param((), "--explain", id="nothing is asked"),
        pytest.param(("--explain", "nobody"), "nobody", id="a call that is not there"),
        pytest.param(("--explain", "nobody", "--format", "yaml"), "yaml", id="a format that is not there"),
    ],
)
def test_what_cannot_be_answered_is_wrong_use(
    here: Installation, arguments: tuple[str, ...], said: str
) -> None:
    run = here.route(*arguments)

    assert (run.code, run.out) == (2, "")
    assert said in run.err


def test_the_table_comes_out_as_it_was_published(here: Installation) -> None:
    here.publish()

    assert here.route("--show").out.strip() == TABLE.strip()


def test_a_file_is_checked(here: Installation, tmp_path: Path) -> None:
    good, wrong = tmp_path / "good.yaml", tmp_path / "wrong.yaml"
    good.write_text(TABLE, "utf-8")
    wrong.write_text(TABLE.replace("service-zh", "no-zh").replace("id: vip", "id: hotline"), "utf-8")

    assert here.route("--check", good).out == "✓ 2 条路由，0 个识别配置\n"
    run = here.route("--check", wrong)
    assert (run.code, run.out) == (1, "")
    assert "routes[1].id" in run.err
    assert "routes[1].rulebooks[0]" in run.err
