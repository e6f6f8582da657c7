"""What people write in their own words, reasons and notes, with personal data covered before it is kept."""

from __future__ import annotations

from qa_service.privacy.find import find_in
from qa_service.privacy.labels import covered
from qa_service.privacy.masking import mask


def masked(text: str) -> str:
    """The text with what is personal covered, a cover for each character; what is masked already stays.

    >>> masked("客户13912345678要求"), masked("订单20261125001的投诉")
    ('客户●●●●●●●●●●●要求', '订单20261125001的投诉')
    """
    return covered(mask(text, find_in(text)).text)
