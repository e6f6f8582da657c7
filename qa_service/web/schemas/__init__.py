"""What the API says and hears, a file a subject; here what all of them are made of.

The assessment is not here: its schema is published (docs/schema).
"""

from qa_service.web.schemas.base import Document, Id, IdempotencyKey, Moment, Name, Said, Text, shown

__all__ = ["Document", "Id", "IdempotencyKey", "Moment", "Name", "Said", "Text", "shown"]
