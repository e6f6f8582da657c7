"""`qa-service serve`: API and an embedded worker, on SQLite files and a folder unless told otherwise."""

from __future__ import annotations

import ipaddress
import secrets
import signal
import subprocess
import sys
import tempfile
from typing import Annotated

import typer

from qa_service import bootstrap
from qa_service.core.errors import UsageError
from qa_service.core.people import Asked, Caller, Right, Sight, User, UserRole

_GRACE_S = 9
#: Who made the first admin: the machine itself.
_MACHINE = Asked(Caller("machine", "machine", frozenset(Right), Sight()))


def serve(
    host: Annotated[str, typer.Option(help="监听的地址 Address to listen on.")] = "",
    port: Annotated[int, typer.Option(help="端口 Port.", min=0, max=65_535)] = -1,
    worker: Annotated[bool, typer.Option(help="同时运行一个处理节点 Also run a worker.")] = True,
    insecure_cookies: Annotated[
        bool, typer.Option(help="不经 TLS 也接受登录，仅用于试用 Sign-in without TLS, for trials only.")
    ] = False,
) -> None:
    """Serves until it is asked to stop."""
    import uvicorn

    from qa_service.web.app import make_app

    chosen = bootstrap.settings()
    host, port = host or chosen.host, chosen.port if port < 0 else port
    parts = bootstrap.web_parts(secure_cookies=not (insecure_cookies or _is_loopback(host)))
    tempfile.tempdir = str(parts.scratch)  # what comes in lies on the private disk until it is sealed
    _first_admin()
    config = uvicorn.Config(
        make_app(parts, bootstrap.texts()),
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_GRACE_S,
        h11_max_incomplete_event_size=64 << 10,
    )
    child = _start_worker() if worker else None
    typer.echo(f"qa-service: http://{host}:{port}  (API: /api/v1, Ctrl-C 停止)", err=True)
    try:
        uvicorn.Server(config).run()
    finally:
        if child is not None:
            _stop(child)


def _first_admin() -> None:
    """Where nobody can sign in yet, somebody is made who can; the password is shown this once."""
    accounts = bootstrap.web_parts(secure_cookies=True).accounts
    if accounts.users(_MACHINE):
        return
    password = secrets.token_urlsafe(15)
    accounts.add_user(_MACHINE, User("", "admin", UserRole.ADMIN), password)
    key = bootstrap.settings().master_key
    typer.echo(
        "\n".join(
            (
                "第一次启动：已建立管理员。口令只显示这一次。First start: an admin was made.",
                f"  name: admin   password: {password}",
                f"主密钥在 {key}：请另行备份，丢了它所有录音都打不开。Back up the master key.",
            )
        ),
        err=True,
    )


def _start_worker() -> subprocess.Popen[bytes]:
    """A process of its own: what kills hearing does not kill the pages."""
    return subprocess.Popen([sys.executable, "-m", "qa_service", "work"])


def _stop(child: subprocess.Popen[bytes]) -> None:
    child.send_signal(signal.SIGTERM)
    try:
        child.wait(_GRACE_S)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        if host == "localhost":
            return True
        raise UsageError(
            "bad_host",
            where="--host",
            problem=f"{host!r} is not an IP address",
            fix="Use 127.0.0.1 or 0.0.0.0",
        ) from None
