"""`qa-service user …`: the people who can sign in, on the machine itself, also when nobody can sign in any more."""

from __future__ import annotations

import json
import secrets
import sys
from typing import Annotated

import typer

from qa_service import bootstrap
from qa_service.cli.outlet_rows import Form, rows
from qa_service.core.errors import UsageError
from qa_service.core.people import MACHINE, Asked, User, UserChange, UserRole

app = typer.Typer(no_args_is_help=True, help="用户：列出、添加、改口令、停用。The people who can sign in.")
_ASKED = Asked(MACHINE)
_Name = Annotated[str, typer.Argument(help="用户名 The name.")]
_Stdin = Annotated[
    bool, typer.Option("--password-stdin", help="从标准输入读口令 Read the password from stdin.")
]


@app.command("list")
def list_users(
    form: Annotated[Form, typer.Option("--format", help="输出格式 Output format.")] = Form.TEXT,
) -> None:
    """列出用户 Everybody who can sign in."""
    found = [_row(user) for user in bootstrap.accounts().users(_ASKED)]
    if form is Form.JSON:
        typer.echo(json.dumps(found, ensure_ascii=False))
        return
    rows(found)


@app.command("add")
def add(
    name: _Name,
    role: Annotated[UserRole, typer.Option(help="角色 The role.")],
    shown_as: Annotated[str, typer.Option(help="显示的名字 How they are shown.")] = "",
    team: Annotated[list[str] | None, typer.Option(help="所在的组，可以写几次 Their teams.")] = None,
    agent_id: Annotated[str, typer.Option(help="坐席的工号 Of an agent.")] = "",
    password_stdin: _Stdin = False,
) -> None:
    """添加用户；不给口令就生成一个，只显示一次 Add a user; a password is made up unless given."""
    user = User("", name, role, shown_as, tuple(team or ()), agent_id)
    for one in user.teams:
        bootstrap.check_team(one)
    password, is_ours = _password(given=password_stdin)
    bootstrap.accounts().add_user(_ASKED, user, password)
    _tell(name, password if is_ours else "")


@app.command("password")
def password(name: _Name, password_stdin: _Stdin = False) -> None:
    """重设口令，打开的会话随之结束 Set a new password; open sessions end."""
    fresh, is_ours = _password(given=password_stdin)
    _change(name, UserChange(password=fresh))
    _tell(name, fresh if is_ours else "")


@app.command("disable")
def disable(name: _Name) -> None:
    """停用，打开的会话随之结束 Shut somebody out at once."""
    _change(name, UserChange(is_disabled=True))


@app.command("enable")
def enable(name: _Name) -> None:
    """恢复 Let somebody in again."""
    _change(name, UserChange(is_disabled=False))


def _change(name: str, change: UserChange) -> None:
    desk = bootstrap.accounts()
    user = next((user for user in desk.users(_ASKED) if user.name == name), None)
    if user is None:
        raise UsageError(
            "no_such_user",
            where=name,
            problem="there is no such user",
            fix="See them: qa-service user list",
            name=name,
        )
    desk.change_user(_ASKED, user.id, change)


def _password(*, given: bool) -> tuple[str, bool]:
    """The password, and whether we made it up. It never stands on the command line, where others can read it."""
    if given:
        return sys.stdin.readline().rstrip("\r\n"), False
    return secrets.token_urlsafe(15), True


def _tell(name: str, made: str) -> None:
    texts = bootstrap.texts()
    if made:
        typer.echo(texts.say("user.password", name=name, password=made))
    else:
        typer.echo(texts.say("user.done", name=name))


def _row(user: User) -> dict[str, object]:
    return {
        "name": user.name,
        "role": user.role.value,
        "shown_as": user.shown_as,
        "teams": list(user.teams),
        "agent_id": user.agent_id,
        "is_disabled": user.is_disabled,
    }
