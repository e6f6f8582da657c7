"""What is in the archive, as CycloneDX 1.6 JSON: from the lock and the wheels themselves, without a network.

Reading the same files again gives the same document, byte for byte: no time of day stands in it.
"""

from __future__ import annotations

import re
import uuid
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from email.parser import HeaderParser
from pathlib import Path
from typing import Any

from qa_service.lab.bundle.pins import Wheel, plain_name

_PIN = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==([^\s;\\]+)")
_VIA = re.compile(r"^\s+#(?: via)?\s*(\S.*?)?\s*$")
#: Somebody's whole licence in one field is no name of a licence.
_LONGEST_NAME = 80
_OURS = "qa-service"


@dataclass(frozen=True, slots=True)
class Pin:
    """One package of the lock, and who wants it."""

    name: str
    version: str
    wanted_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Model:
    """One model in the archive."""

    name: str
    revision: str
    licence: str
    sha256: Mapping[str, str]


def pins(lock: str) -> tuple[Pin, ...]:
    r"""The packages of a lock as `uv pip compile` writes it.

    >>> pins("a==1 \\\n    --hash=sha256:00\n    # via\n    #   b\n    #   qa-service (pyproject.toml)\n")
    (Pin(name='a', version='1', wanted_by=('b', 'qa-service')),)
    """
    found: list[Pin] = []
    for line in lock.splitlines():
        if match := _PIN.match(line):
            found.append(Pin(plain_name(match[1]), match[2], ()))
        elif found and (via := _VIA.match(line)) and via[1]:
            last = found[-1]
            wanted_by = plain_name(via[1].split()[0].partition(":")[0])
            found[-1] = Pin(last.name, last.version, (*last.wanted_by, wanted_by))
    return tuple(found)


def sbom(lock: str, folder: Path, found: Sequence[Wheel], models: Iterable[Model]) -> dict[str, Any]:
    """The document about these wheels of `folder` and these models.

    Raises:
        ValueError: a wheel is not what the lock names.
    """
    ours, others = _parted(found)
    # A lock for every Python may name a package twice; a wheel belongs to one of them.
    locked = {(pin.name, pin.version): pin for pin in pins(lock)}
    if strangers := [wheel.file for wheel in others if (wheel.name, wheel.version) not in locked]:
        raise ValueError(f"not in the lock: {', '.join(strangers)}")
    components = [_component(folder, wheel) for wheel in others] + [_model(model) for model in models]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{_serial(found)}",
        "version": 1,
        "metadata": {"component": {**_component(folder, ours), "type": "application"}},
        "components": components,
        "dependencies": list(_dependencies(ours, [locked[w.name, w.version] for w in others])),
    }


def _parted(found: Sequence[Wheel]) -> tuple[Wheel, list[Wheel]]:
    ours = [wheel for wheel in found if wheel.name == _OURS]
    if len(ours) != 1:
        raise ValueError(f"{len(ours)} wheels of {_OURS}, not one")
    return ours[0], [wheel for wheel in found if wheel.name != _OURS]


def _serial(found: Sequence[Wheel]) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_URL, "\n".join(sorted(f"{w.file} {w.sha256}" for w in found)))


def _reference(name: str, version: str) -> str:
    return f"pkg:pypi/{name}@{version}"


def _component(folder: Path, wheel: Wheel) -> dict[str, Any]:
    purl = _reference(wheel.name, wheel.version)
    return {
        "type": "library",
        "bom-ref": purl,
        "name": wheel.name,
        "version": wheel.version,
        "purl": purl,
        "hashes": [{"alg": "SHA-256", "content": wheel.sha256}],
        "licenses": _licences(folder / wheel.file),
    }


def _licences(wheel: Path) -> list[dict[str, Any]]:
    """What the wheel itself says; empty where it says nothing."""
    with zipfile.ZipFile(wheel) as opened:
        name = next(n for n in opened.namelist() if n.endswith(".dist-info/METADATA") and n.count("/") == 1)
        told = HeaderParser().parsestr(opened.read(name).decode("utf-8", "replace"))
    if expression := told.get("License-Expression"):
        return [{"expression": expression}]
    named = (told.get("License") or "").strip()
    if named and len(named) <= _LONGEST_NAME and "\n" not in named:
        return [{"license": {"name": named}}]
    classifiers = [c for c in told.get_all("Classifier", []) if c.startswith("License :: ")]
    return [{"license": {"name": c.rpartition(" :: ")[2]}} for c in classifiers]


def _model(model: Model) -> dict[str, Any]:
    parts = [
        {"type": "file", "name": path, "hashes": [{"alg": "SHA-256", "content": sha256}]}
        for path, sha256 in sorted(model.sha256.items())
    ]
    return {
        "type": "machine-learning-model",
        "bom-ref": f"model:{model.name}@{model.revision}",
        "name": model.name,
        "version": model.revision,
        "licenses": [{"license": {"name": model.licence}}] if model.licence else [],
        "components": parts,
    }


def _dependencies(ours: Wheel, others: Sequence[Pin]) -> Iterator[dict[str, Any]]:
    there = {pin.name: _reference(pin.name, pin.version) for pin in others}
    for name, reference in sorted({**there, ours.name: _reference(ours.name, ours.version)}.items()):
        wants = sorted(there[pin.name] for pin in others if name in pin.wanted_by)
        yield {"ref": reference, "dependsOn": wants}
