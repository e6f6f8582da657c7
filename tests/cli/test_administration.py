"""`qa-service user`, `key` and `backup`: on the machine itself, also when nobody can sign in any more."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from qa_service import bootstrap
from qa_service.core.people import MACHINE, Asked, KeyToAdd, Right, UserRole, caller_of

if TYPE_CHECKING:
    from tests.cli.conftest import Cli
    from tests.cli.terminal import Run


@dataclass(frozen=True)
class House:
    """An installation of this test alone."""

    cli: Cli
    folder: Path

    def __call__(self, *arguments: object, **env: str) -> Run:
        return self.cli(*arguments, env={"QA_DATA_DIR": str(self.folder / "data"), **env})

    def users(self) -> dict[str, dict[str, Any]]:
        return {row["name"]: row for row in json.loads(self("user", "list", "--format", "json").out)}

    def opens(self, name: str, password: str) -> bool:
        return bootstrap.accounts().sign_in(name, password, "test") is not None


@pytest.fixture
def house(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.setenv("QA_DATA_DIR", str(tmp_path / "data"))
    bootstrap.shelves.cache_clear()
    yield House(cli, tmp_path)
    if bootstrap.shelves.cache_info().currsize:
        bootstrap.shelves().engine.dispose()
    bootstrap.shelves.cache_clear()


def made_password(run: Run) -> str:
    return run.out.strip().rpartition("：")[2]


def test_a_team_that_nobody_knows_is_rather_a_slip(house: House) -> None:
    house("user", "add", "王主管", "--role", "supervisor", "--team", "北区")

    user = house("user", "add", "李主管", "--role", "supervisor", "--team", "北曲")
    key = house("key", "add", "话务系统", "--scope", "calls:upload", "--team", "北曲")
    known = house("key", "add", "话务系统", "--scope", "calls:upload", "--team", "北区")

    assert (user.code, key.code, known.code) == (2, 2, 0)
    assert "没有这个组" in user.err
    assert "没有这个组" in key.err
    assert set(house.users()) == {"王主管"}


class TestUsers:
    def test_who_is_added_can_sign_in_with_the_password_that_was_shown(self, house: House) -> None:
        run = house("user", "add", "王主管", "--role", "supervisor", "--team", "北区", "--team", "南区")

        assert house.opens("王主管", made_password(run))
        row = house.users()["王主管"]
        assert (row["role"], row["teams"], row["is_disabled"]) == ("supervisor", ["北区", "南区"], False)

    def test_a_password_from_stdin_is_not_shown(self, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("sys.stdin", io.StringIO("一句只有自己知道的话\n"))

        run = house("user", "add", "lead", "--role", "qa_lead", "--password-stdin")

        assert "一句" not in run.out + run.err
        assert house.opens("lead", "一句只有自己知道的话")

    def test_an_admin_who_lost_the_password_gets_a_new_one_on_the_machine(self, house: House) -> None:
        before = made_password(house("user", "add", "admin", "--role", "admin"))

        after = made_password(house("user", "password", "admin"))

        assert (house.opens("admin", before), house.opens("admin", after)) == (False, True)

    def test_somebody_is_shut_out_and_let_in_again(self, house: House) -> None:
        password = made_password(house("user", "add", "li.na", "--role", "reviewer"))

        house("user", "disable", "li.na")
        assert not house.opens("li.na", password)
        assert house.users()["li.na"]["is_disabled"]

        house("user", "enable", "li.na")
        assert house.opens("li.na", password)

    @pytest.mark.parametrize(
        ("arguments", "code"),
        [
            pytest.param(["user", "password", "nobody"], "没有叫「nobody」的用户", id="nobody of that name"),
            pytest.param(
                ["user", "add", "x", "--role", "reviewer"], "2 到 100", id="a name that is too short"
            ),
            pytest.param(["user", "add", "a b", "--role", "agent"], "2 到 100", id="a name with a space"),
            pytest.param(["key", "revoke", "no-such-key"], "没有这个还能用的密钥", id="no such key"),
        ],
    )
    def test_what_will_not_do_is_said(self, house: House, arguments: list[str], code: str) -> None:
        run = house(*arguments)

        assert run.code == 2
        assert code in run.err

    def test_the_last_admin_is_not_shut_out(self, house: House) -> None:
        house("user", "add", "admin", "--role", "admin")

        run = house("user", "disable", "admin")

        assert run.code == 2
        assert not house.users()["admin"]["is_disabled"]

    def test_everything_stands_in_the_audit_log(self, house: House) -> None:
        house("user", "add", "li.na", "--role", "reviewer")
        house("user", "password", "li.na")

        from qa_service.stores.tables import audit

        with bootstrap.shelves().engine.connect() as connection:
            rows = connection.execute(audit.select()).all()
        assert [(row.who, row.action) for row in rows] == [
            ("machine", "add_user"),
            ("machine", "change_user"),
        ]


class TestKeys:
    def test_where_there_is_one_admin_alone_the_machine_approves(self, house: House) -> None:
        house("user", "add", "root.one", "--role", "admin")
        desk = bootstrap.accounts()
        (admin,) = desk.users(Asked(MACHINE))
        wanted = KeyToAdd("录音平台", frozenset({Right.SEE_CALLS}))
        key_id, secret = desk.add_key(Asked(caller_of(admin)), wanted)
        before = desk.by_key(secret)

        house("key", "approve", key_id)

        after = desk.by_key(secret)
        assert before is not None
        assert after is not None
        assert (before.rights, after.rights) == (frozenset(), wanted.rights)
        assert house("key", "approve", key_id).code != 0

    def test_a_key_opens_what_it_is_for_until_it_is_revoked(self, house: House) -> None:
        run = house("key", "add", "话务系统", "--scope", "calls:upload", "--team", "北区", "--days", "30")
        secret = run.out.strip()

        caller = bootstrap.accounts().by_key(secret)
        assert caller is not None
        assert ({right.value for right in caller.rights}, caller.team) == ({"calls:upload"}, "北区")

        (kept,) = json.loads(house("key", "list", "--format", "json").out)
        assert secret not in json.dumps(kept)
        house("key", "revoke", kept["id"])
        assert bootstrap.accounts().by_key(secret) is None

    def test_the_list_is_for_eyes(self, house: House) -> None:
        house("key", "add", "话务系统", "--scope", "calls:upload")

        shown = house("key", "list").out

        (kept,) = json.loads(house("key", "list", "--format", "json").out)
        assert kept["id"] in shown
        assert "话务" in shown


class TestBackup:
    def test_a_backup_is_made_and_opened(self, house: House) -> None:
        house("user", "add", "admin", "--role", "admin")

        made, checked = (
            house("backup", house.folder / "b"),
            house("backup", "--check", house.folder / "b"),
        )

        assert (made.code, checked.code) == (0, 0)
        assert "主密钥不在备份里" in made.err

    @pytest.mark.parametrize(
        ("env", "where"),
        [
            pytest.param(
                {"QA_DATABASE_URL": "postgresql://qa@db.example.internal/qa"},
                "QA_DATABASE_URL",
                id="a server",
            ),
            pytest.param({"QA_STORE_URL": "s3://bucket/qa"}, "QA_STORE_URL", id="a bucket"),
        ],
    )
    def test_what_lies_elsewhere_is_backed_up_there(
        self, house: House, env: dict[str, str], where: str
    ) -> None:
        run = house("backup", house.folder / "b", **env)

        assert run.code == 2
        assert where in run.err

    def test_without_anything_there_is_nothing_to_back_up(self, house: House) -> None:
        run = house("backup", house.folder / "b")

        assert run.code == 2
        assert not (house.folder / "b").exists()

    def test_no_key_is_made_to_check_with(self, house: House) -> None:
        key = house.folder / "gone.key"

        run = house("backup", "--check", house.folder / "b", QA_MASTER_KEY_FILE=str(key))

        assert run.code == 2
        assert not key.exists()


def test_the_first_start_makes_an_admin_also_beside_others(house: House) -> None:
    house("user", "add", "admin", "--role", "reviewer")
    from qa_service.cli.first_start import make_first_admin

    make_first_admin(bootstrap.web_parts(secure_cookies=False))
    make_first_admin(bootstrap.web_parts(secure_cookies=False))

    roles = [user.role for user in bootstrap.accounts().users(Asked(MACHINE))]
    assert roles.count(UserRole.ADMIN) == 1
