"""What the API says and hears, a file a subject; here what all of them are made of.

The assessment is not here: its schema is published (docs/schema).
"""

from qa_service.web.schemas.base import (
    Because,
    Document,
    Id,
    IdempotencyKey,
    Label,
    MaybeBecause,
    Moment,
    Name,
    Names,
    Naming,
    Note,
    Remark,
    Said,
    Text,
    Written,
    shown,
)

__all__ = [
    "Because",
    "Document",
    "Id",
    "IdempotencyKey",
    "Label",
    "MaybeBecause",
    "Moment",
    "Name",
    "Names",
    "Naming",
    "Note",
    "Remark",
    "Said",
    "Text",
    "Written",
    "shown",
]
