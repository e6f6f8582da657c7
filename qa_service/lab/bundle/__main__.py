"""Packs the archive: `python -m qa_service.lab.bundle --lock LOCK --wheels FOLDER --models NAMES --out FOLDER`."""

from __future__ import annotations

import argparse
import hashlib
import json
import platform
import shutil
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

from qa_service import __version__, bootstrap
from qa_service.lab.bundle.pins import FILE, Wheel, pinned, wheels
from qa_service.lab.bundle.sbom import Model, sbom

_SUMS = "SHA256SUMS"


def pack(lock: Path, wheel_folder: Path, models: tuple[str, ...], out: Path) -> Path:
    """The archive with everything; tar alone, since wheels and weights are compressed already."""
    folder = out / f"qa-service-{__version__}-{_machine()}"
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "wheels").mkdir(parents=True)
    found = tuple(wheels(wheel_folder))
    for wheel in found:
        shutil.copyfile(wheel_folder / wheel.file, folder / "wheels" / wheel.file)
    _describe(folder, lock, found, tuple(_take(name, folder) for name in models))
    (folder / _SUMS).write_text("".join(_sums(folder)), "utf-8")
    archive = folder.with_name(folder.name + ".tar")
    with tarfile.open(archive, "w") as opened:
        opened.add(folder, folder.name, filter=_nobodys)
    shutil.rmtree(folder)
    return archive


def _machine() -> str:
    return f"{platform.system()}-{platform.machine()}-{sys.implementation.cache_tag}".lower()


def _take(name: str, folder: Path) -> Model:
    """Copies a verified model, as it must lie in the models folder of the other machine."""
    store = bootstrap.model_store()
    found, spec = store.find(name), store.manifest.get(name)
    place = folder / "models" / found.name
    shutil.copytree(found.folder, place, ignore=shutil.ignore_patterns(".part"))
    hashes = {str(file.relative_to(place)): _sha256(file) for file in _files(place)}
    return Model(found.name, found.revision, spec.licence, hashes)


def _describe(folder: Path, lock: Path, found: tuple[Wheel, ...], models: tuple[Model, ...]) -> None:
    """The list for pip, the SBOM, the way to install, and the machine that all this is for."""
    (folder / "wheels" / FILE).write_text(pinned(iter(found)), "utf-8")
    document = sbom(lock.read_text("utf-8"), folder / "wheels", found, models)
    written = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
    (folder / "sbom.cdx.json").write_text(written, "utf-8")
    shutil.copyfile(Path(__file__).with_name("install.sh"), folder / "install.sh")
    made_for = f"{sys.implementation.cache_tag} {platform.system()} {platform.machine()}\n"
    (folder / "made-for").write_text(made_for, "utf-8")


def _sums(folder: Path) -> Iterator[str]:
    for file in _files(folder):
        yield f"{_sha256(file)}  {file.relative_to(folder)}\n"


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _nobodys(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    """Who packed it, and when, is nobody's business."""
    entry.uid = entry.gid = entry.mtime = 0
    entry.uname = entry.gname = ""
    return entry


def main() -> None:
    """The command line of `make bundle`."""
    parser = argparse.ArgumentParser(prog="qa_service.lab.bundle", description=__doc__)
    parser.add_argument("--lock", type=Path, required=True)
    parser.add_argument("--wheels", type=Path, required=True)
    parser.add_argument("--models", default="", help="names, separated by spaces; empty: none")
    parser.add_argument("--out", type=Path, default=Path("dist"))
    given = parser.parse_args()
    archive = pack(given.lock, given.wheels, tuple(given.models.split()), given.out)
    print(f"{archive}  {archive.stat().st_size / 1e6:.0f} MB")


if __name__ == "__main__":
    main()
