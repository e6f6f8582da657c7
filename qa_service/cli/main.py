"""`qa-service`: the root command. Sub-commands import what they need when they run."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import sys
from typing import Annotated

import typer

from qa_service import __version__, bootstrap
from qa_service.cli import analyze, bench, key, migrate, models, rescore, rulebook, user
from qa_service.cli.backup import backup
from qa_service.cli.complaints import complain
from qa_service.cli.eval import evaluate
from qa_service.cli.partitions import partitions
from qa_service.cli.rescore_process import rescore_process
from qa_service.cli.route import route
from qa_service.cli.serve import serve
from qa_service.cli.upload import upload
from qa_service.cli.work import work
from qa_service.cli.wrong_use import as_ours, is_wrong_use
from qa_service.core.errors import QaError, RulebookError, UsageError
from qa_service.observability import set_up_logs

#: What the operating system says of output that finds no room: a full disk, a broken one.
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EIO)
#: An option names something that is not there: wrong use, like any other.
_NO_SUCH_NAME = frozenset({"model_unknown", "rulebook_not_here", "rulebook_not_here_like"})
#: Places that were named and cannot be written: of these the file is told.
_REFUSED = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOENT, errno.ENOTDIR, errno.EEXIST)

app = typer.Typer(
    name="qa-service",
    help="通话质检：录音进，关键时刻与辅导建议出。Call quality inspection for Mandarin contact centres.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("analyze", help="分析录音或文字稿：关键时刻、评分、辅导建议。Recording in, assessment out.")(
    analyze.analyze
)
app.command("eval", help="对照标注测准确度。Accuracy against labels.")(evaluate)
app.command("serve", help="服务：API 与处理节点。API and a worker.")(serve)
app.command("upload", help="把录音传到服务上。Recordings to a server.")(upload)
app.command("work", help="处理节点：从队列取活。A worker node.")(work)
app.command("partitions", help="按天导出 Parquet：通话、命中、逐句测量。Parquet, a folder a day.")(partitions)
app.command("rescore-process", hidden=True)(rescore_process)
app.command("route", help="路由：一通电话为什么这样走。Why a call goes where it goes.")(route)
app.command("backup", help="备份这台机器上的一切，主密钥除外。Back up this machine's installation.")(backup)
app.add_typer(
    rescore.app,
    name="rescore",
    help="用另一份方案重判已存的通话：先看差在哪，再批准。Judge stored calls again.",
)
app.add_typer(user.app, name="user", help="能登录的人。The people who can sign in.")
app.add_typer(key.app, name="key", help="程序用的密钥。The keys of programs.")
app.add_typer(bench.app, name="bench", help="测速度，带同场基准。Speed, with a baseline in the same run.")
app.add_typer(rulebook.app, name="rulebook", help="质检方案作者的工具。The rulebook author's tools.")
app.add_typer(
    migrate.app, name="migrate", help="搬家：别家的规则与结果。Moving house: rules and results of others."
)
app.add_typer(
    models.make_app(bootstrap.model_store, lambda: bootstrap.settings().lang),
    name="models",
    help="模型：列出、下载、校验。List, pull and verify models.",
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"qa-service {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[  # noqa: ARG001 - answered by its callback
        bool, typer.Option("--version", callback=_version, is_eager=True, help="版本 Show the version.")
    ] = False,
) -> None:
    """Options of all commands."""
    set_up_logs(bootstrap.settings().log_level)


def main() -> None:
    """The entry point: our own errors become one sentence on stderr, never a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that cannot show a character shows "?" instead of stopping the work.
            stream.reconfigure(errors="replace")
    try:
        _run()
    except UsageError as error:
        sys.exit(_complain(error, 2))
    except QaError as error:
        sys.exit(_complain(error, 2 if error.code in _NO_SUCH_NAME else 1))
    except KeyboardInterrupt:
        sys.exit(130)
    except OSError as error:
        if error.errno not in _FULL and not (error.errno in _REFUSED and error.filename):
            raise
        sys.exit(_give_up_output(error))


def _run() -> None:
    """The command; what it printed has left this process when it ends."""
    try:
        sys.exit(app(standalone_mode=False) or 0)
    except typer.Abort:
        sys.exit(1)
    except Exception as error:
        _show_help(error)
        if not is_wrong_use(error):
            raise
        raise as_ours(error) from None
    finally:
        if isinstance(sys.stdout, io.TextIOWrapper) and not sys.stdout.closed:
            sys.stdout.flush()


def _show_help(error: Exception) -> None:
    """Who typed a command that has others under it, and none of these, gets the list of them."""
    if type(error).__name__ == "NoArgsIsHelpError":
        typer.echo(str(error), err=True)
        sys.exit(2)


def _give_up_output(error: OSError) -> int:
    """One sentence, and nowhere for the rest to go: Python flushes once more when it exits."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
    reason = error.strerror or type(error).__name__
    refused = QaError(
        "cannot_write",
        where=str(error.filename or ""),
        problem=f"the output cannot be written: {reason}",
        fix="Check the path, its rights and the space left",
        reason=reason,
    )
    with contextlib.suppress(OSError):  # stderr may be as full
        return _complain(refused, 1)
    return 1


def _complain(error: QaError, status: int) -> int:
    texts = bootstrap.texts()
    complain(error, texts)
    if isinstance(error, RulebookError) and error.more:
        typer.echo(texts.say("rulebook.more", count=len(error.more)), err=True)
    return status
