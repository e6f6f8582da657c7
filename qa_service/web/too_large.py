"""What is said of a body that is too large: which limit, and what to do, for recordings and for everything else."""

from __future__ import annotations

from qa_service.web.denials import Denied

_MEGABYTE = 1 << 20
_CALLS, _UPLOADS = "/api/v1/calls", "/api/v1/uploads"
_BOOKS = "/api/v1/rulebooks/"


def too_large(path: str, most: int) -> Denied:
    """The refusal of a body to this path, where at most so many bytes may come."""
    if path == _CALLS or path.startswith(_UPLOADS):
        problem, fix = "the body is too large", "Compress the recording, or have QA_MAX_MEGABYTES raised"
        return Denied("upload_too_large", problem=problem, fix=fix)
    problem = f"the request is larger than {most // _MEGABYTE} MB"
    if path.startswith(_BOOKS):
        fix = "Split the rulebook with include, or its tables into several"
        return Denied("rulebook_request_too_large", problem=problem, fix=fix, most=most // _MEGABYTE)
    fix = "Send it in several requests"
    return Denied("request_too_large", problem=problem, fix=fix, most=most // _MEGABYTE)
