"""The first start of `qa-service serve`: somebody who can sign in is made, and the sample calls are offered."""

from __future__ import annotations

import secrets
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from qa_service import bootstrap
from qa_service.cli.inputs import Input, envelope_of, inputs_of
from qa_service.core.calls import Envelope
from qa_service.core.lists import Filter
from qa_service.core.people import MACHINE, Asked, User, UserRole
from qa_service.ports.serving import Upload

if TYPE_CHECKING:
    from qa_service.web.parts import Parts

#: Who makes the first admin and takes in the samples: the machine itself.
_MACHINE = Asked(MACHINE)
#: They lie in a checkout, not in a wheel.
_SAMPLES = Path(__file__).parents[2] / "sample_audio"
_SUFFIXES = frozenset({".wav", ".mp3", ".m4a", ".ogg", ".flac"})


def make_first_admin(parts: Parts) -> None:
    """Where nobody can look after users yet, somebody is made who can; the password is shown this once."""
    known = parts.accounts.users(_MACHINE)
    if any(user.role is UserRole.ADMIN for user in known):
        return
    password = secrets.token_urlsafe(15)
    name = "admin" if all(user.name != "admin" for user in known) else f"admin.{secrets.token_hex(2)}"
    parts.accounts.add_user(_MACHINE, User("", name, UserRole.ADMIN), password)
    key = bootstrap.settings().master_key
    typer.echo(
        "\n".join(
            (
                "第一次启动：已建立管理员。口令只显示这一次。First start: an admin was made.",
                f"  name: {name}   password: {password}",
                f"主密钥在 {key}：请另行备份，丢了它所有录音都打不开。Back up the master key.",
            )
        ),
        err=True,
    )


def offer_samples(parts: Parts, wanted: bool | None) -> None:
    """Takes in the sample calls: when they are asked for, or when somebody at a terminal says yes to an empty house."""
    samples = _samples()
    if wanted is False or not samples or (wanted is None and not _is_empty(parts)):
        return
    if wanted is None and not sys.stdin.isatty():
        typer.echo("要看看示例通话：加上 --samples。To load the sample calls: --samples.", err=True)
        return
    if wanted or typer.confirm(
        f"载入 {len(samples)} 通示例通话？Load the sample calls?", default=True, err=True
    ):
        for sample in samples:
            _take_in(parts, sample)
        typer.echo(
            f"{len(samples)} 通示例通话已收下，正在处理。The sample calls are being worked on.", err=True
        )


def _samples() -> tuple[Input, ...]:
    if not _SAMPLES.is_dir():
        return ()
    paths = sorted(path for path in _SAMPLES.iterdir() if path.suffix in _SUFFIXES)
    return inputs_of(paths, legs=False, transcript=False)


def _is_empty(parts: Parts) -> bool:
    return not parts.archive.page(_MACHINE, Filter(), limit=1, before=None).calls


def _take_in(parts: Parts, sample: Input) -> None:
    """Keeps one sample; the same one is not taken in twice."""
    (path,) = sample.paths
    envelope = envelope_of(sample, None) or Envelope()
    with tempfile.TemporaryDirectory(dir=parts.scratch) as folder:
        file = Path(shutil.copy(path, folder))
        parts.intake.accept(
            _MACHINE, Upload(file, path.name, envelope, "sample", idempotency_key=f"sample:{path.name}")
        )
