"""A model as JSON: everything that the manifest says and how its files stand."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qa_service.assets.place import Standing


def pinned_by(standing: Standing) -> str:
    """Who vouches for the hashes."""
    if standing.spec.is_pinned:
        return "manifest"
    return "first_use" if standing.is_pinned else "no"


def as_json(standing: Standing, default: str) -> dict[str, object]:
    """The document of one model."""
    spec = standing.spec
    return {
        "name": spec.name,
        "kind": spec.kind,
        "title": spec.title,
        "is_default": spec.name == default,
        "state": standing.state,
        "problem_files": list(standing.files),
        "pinned_by": pinned_by(standing),
        "folder": str(standing.folder),
        "revision": spec.revision,
        "licence": spec.licence,
        "languages": list(spec.languages),
        "used_by": spec.used_by,
        "hashes_from": spec.hashes_from,
        "convert": spec.convert,
        "bytes": spec.bytes or None,
        "published": [asdict(figure) for figure in spec.published],
        "measured": [asdict(figure) for figure in spec.measured],
        "files": [
            {
                "path": file.path,
                "bytes": file.bytes or None,
                "sha256": file.sha256 or None,
                "sources": [str(source) for source in spec.sources_of(file)],
            }
            for file in spec.files
        ],
    }
