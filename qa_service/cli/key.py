"""`qa-service key …`: the keys of programs, on the machine itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any

import typer

from qa_service import bootstrap
from qa_service.cli.outlet_rows import Form, rows
from qa_service.core.errors import UsageError
from qa_service.core.people import MACHINE, Asked, KeyToAdd, Right

app = typer.Typer(no_args_is_help=True, help="程序用的密钥：列出、添加、吊销。The keys of programs.")
_ASKED = Asked(MACHINE)


@app.command("list")
def list_keys(
    form: Annotated[Form, typer.Option("--format", help="输出格式 Output format.")] = Form.TEXT,
) -> None:
    """列出密钥，没有密文 All keys, without their secrets."""
    found = bootstrap.accounts().keys(_ASKED)
    if form is Form.JSON:
        typer.echo(json.dumps([dict(key) for key in found], ensure_ascii=False, default=str))
        return
    rows([_short(key) for key in found])


@app.command("add")
def add(
    name: Annotated[str, typer.Argument(help="给谁用的 Whose it is.", min=1)],
    scope: Annotated[list[Right], typer.Option(help="能做什么，可以写几次 What it may do.")],
    team: Annotated[str, typer.Option(help="只看得到这一组 Of this team alone.")] = "",
    days: Annotated[
        int, typer.Option(help="几天后失效，0 = 不失效 Days until it expires.", min=0, max=3_650)
    ] = 0,
) -> None:
    """添加密钥，密文只显示这一次 Add a key; its secret is shown this once."""
    bootstrap.check_team(team)
    expires_at = bootstrap.now() + timedelta(days=days) if days else None
    wanted = KeyToAdd(name, frozenset(scope), team, expires_at)
    key_id, secret = bootstrap.accounts().add_key(_ASKED, wanted)
    typer.echo(bootstrap.texts().say("key.made", id=key_id), err=True)
    typer.echo(secret)


@app.command("approve")
def approve(key_id: Annotated[str, typer.Argument(metavar="ID", help="密钥的编号 Its id.")]) -> None:
    """批准在等的权限，没有第二个人的时候 Let a key have the scopes that wait, where there is nobody else."""
    if not bootstrap.accounts().approve_key(_ASKED, key_id):
        raise _unknown(key_id)


@app.command("revoke")
def revoke(key_id: Annotated[str, typer.Argument(metavar="ID", help="密钥的编号 Its id.")]) -> None:
    """吊销 It opens nothing from now on."""
    if not bootstrap.accounts().revoke_key(_ASKED, key_id):
        raise _unknown(key_id)


def _unknown(key_id: str) -> UsageError:
    return UsageError(
        "no_such_key",
        where=key_id,
        problem="there is no such key that opens anything",
        fix="See them: qa-service key list",
    )


def _short(key: Mapping[str, Any]) -> dict[str, object]:
    """What fits beside its id."""
    until = key["expires_at"]
    return {
        "id": key["id"],
        "name": key["name"],
        "scopes": key["scopes"].split(),
        "waiting": key["waiting"].split(),
        "team": key["team"],
        "until": until and f"{until:%Y-%m-%d}",
        "revoked": key["revoked_at"] is not None,
    }
