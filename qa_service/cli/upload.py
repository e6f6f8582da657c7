"""`qa-service upload`: many recordings to a server, with what a side file or their names say about them."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer

from qa_service import bootstrap
from qa_service.audio.formats import is_recording
from qa_service.cli.inputs import read_text
from qa_service.cli.leg_files import Legs
from qa_service.cli.sender import Sender, Sent
from qa_service.core.errors import QaError, UsageError
from qa_service.privacy.labels import covered
from qa_service.text.files import read_bytes
from qa_service.usecases.side_file import MOST_BYTES

#: A key has some fifty characters.
_LONGEST_KEY = 4_096
_TIMEOUT_S = 120.0
#: Enough to see what a file is.
_HEAD_BYTES = 64
_KNOWN = "已有 already there"
_KNOWN_ROW = "已有，资料未改 already there, what is known about it unchanged"
_NO_RECORDING = "不是录音，没有传 no recording, not sent"
_LINK = "链接指到文件夹外面，没有传 a link out of the folder, not sent"
_CLOSING = (
    "新收 {new}，已有 {known}，不是录音 {skipped}，没收下 {refused} "
    "{new} new, {known} already there, {skipped} no recordings, {refused} refused"
)


def upload(
    paths: Annotated[list[Path], typer.Argument(help="录音文件，或装录音的文件夹 Files or folders.")],
    server: Annotated[str, typer.Option(help="服务的地址 The server: https://qa.example.com")],
    key_file: Annotated[Path, typer.Option(help="装着 API 密钥的文件 A file that holds an API key.")],
    side: Annotated[Path | None, typer.Option(help="清单，CSV 或 JSON A side file.")] = None,
    pattern: Annotated[str, typer.Option(help="文件名的写法 What file names say.")] = "",
    batch: Annotated[str, typer.Option(help="接着传这个批次 Go on with this batch.")] = "",
    team: Annotated[str, typer.Option(help="属于哪一组 Whose calls they are.")] = "",
    legs: Annotated[
        str, typer.Option(help="一通两个文件，各一方：名字的结尾，如 -in,-out How both names end.")
    ] = "",
    preview: Annotated[bool, typer.Option(help="只看清单读得怎样 Only read the side file.")] = False,
) -> None:
    """Uploads recordings; the same command again goes on where it was."""
    if sum((side is not None, bool(pattern), bool(batch))) > 1:
        raise UsageError(
            "one_of_three",
            where="--side --pattern --batch",
            problem="say what is known about recordings in one way",
            fix="Use one of them",
        )
    both = Legs.of(legs) if legs else None
    files, others = _recordings(sorted(_files(paths, side)))
    parcels = _parcels(files, both)
    headers = {"Authorization": f"Bearer {_key(key_file)}"}
    with httpx.Client(base_url=server, headers=headers, timeout=_TIMEOUT_S) as client:
        sender = Sender(client)
        names = [parcel.name for parcel in parcels]
        told = _announced(sender, side, pattern, names, team, preview) if side or pattern else {}
        if preview:
            return
        batch = batch or str(told.get("id") or "")
        if (side or pattern) and not batch:
            raise typer.Exit(1)
        tally = _sent(sender, parcels, batch, "" if batch else team)
    tally["skipped"] = len(others)
    typer.echo(_CLOSING.format_map(tally), err=True)
    if tally["refused"]:
        raise typer.Exit(1)


def _key(file: Path) -> str:
    """The key that a file holds: one word, as it was shown when it was made."""
    key = read_text(file, _LONGEST_KEY).strip()
    if not key or not key.isascii() or not key.isprintable() or " " in key:
        raise UsageError(
            "no_key_in_file",
            where=str(file),
            problem="holds no key",
            fix="Save in it the key as it was shown",
        )
    return key


def _announced(
    sender: Sender, side: Path | None, pattern: str, names: list[str], team: str, preview: bool
) -> Mapping[str, Any]:
    if side is not None:
        content, is_json = read_bytes(side, MOST_BYTES), side.suffix.lower() == ".json"
    else:
        content, is_json = json.dumps({"pattern": pattern, "files": names}).encode(), True
    told = sender.announce(content, is_json=is_json, team=team, preview=preview)
    typer.echo(f"{told['good']} 行能用 good, {told['bad']} 行不能用 bad", err=True)
    for bad in told["bad_rows"]:
        typer.echo(f"  {bad['detail']}", err=True)
    if told["id"]:
        typer.echo(f"批次 batch {told['id']}（断了就用 --batch 接着传 to go on）", err=True)
    return told


@dataclass(frozen=True, slots=True)
class _Parcel:
    """What becomes one call: a file, or both legs."""

    name: str
    #: How it is shown.
    shown: str
    file: Path
    pair: tuple[Path, Path] | None = None
    legs: Legs | None = None

    def send(self, sender: Sender, batch: str, team: str) -> Sent:
        """Sends it; answers the call that it is."""
        if self.pair is None or self.legs is None:
            return sender.send(self.file, batch=batch, team=team)
        with tempfile.TemporaryDirectory() as folder:
            return sender.send(self.legs.joined(self.pair, Path(folder)), batch=batch, team=team)


def _parcels(files: list[Path], legs: Legs | None) -> list[_Parcel]:
    if legs is None:
        return [_Parcel(file.name, str(file), file) for file in files]
    return [
        _Parcel(legs.name(pair), f"{pair[0]} + {pair[1].name}", pair[0], pair, legs)
        for pair in legs.pairs(files)
    ]


def _sent(sender: Sender, parcels: list[_Parcel], batch: str, team: str) -> Counter[str]:
    """One line for each call; answers how many became one, were there, and were refused."""
    tally, texts = Counter(new=0, known=0, refused=0), bootstrap.texts()
    known = f"\t{_KNOWN_ROW if batch else _KNOWN}"
    for parcel in parcels:
        try:
            sent = parcel.send(sender, batch, team)
            tally["known" if sent.is_known else "new"] += 1
            typer.echo(f"{covered(parcel.shown)}\t{sent.call_id}{known if sent.is_known else ''}")
        except QaError as error:
            if error.code == "server_away":
                raise
            tally["refused"] += 1
            typer.echo(f"{covered(parcel.shown)}：{texts.error(error)}", err=True)
    return tally


def _recordings(files: list[Path]) -> tuple[list[Path], list[Path]]:
    """Those that may be recordings, and the others, of which one line each says so."""
    found: list[Path] = []
    others: list[Path] = []
    for file in files:
        (found if _may_be_recording(file) else others).append(file)
    for file in others:
        typer.echo(f"{covered(str(file))}：{_NO_RECORDING}", err=True)
    return found, others


def _may_be_recording(file: Path) -> bool:
    with file.open("rb") as opened:
        return is_recording(file.suffix, opened.read(_HEAD_BYTES))


def _files(paths: list[Path], side: Path | None) -> Iterator[Path]:
    for path in paths:
        if not path.exists():
            raise UsageError("missing", where=str(path), problem="is not there", fix="Check the path")
        folder = path.resolve() if path.is_dir() else None
        for file in path.rglob("*") if folder else (path,):
            if folder and file.is_symlink() and not file.resolve().is_relative_to(folder):
                typer.echo(f"{covered(str(file))}：{_LINK}", err=True)
                continue
            is_side = side is not None and file.resolve() == side.resolve()
            if file.is_file() and not file.name.startswith(".") and not is_side:
                yield file
