"""Call quality inspection for Mandarin contact centres: recordings in, flagged moments with coaching out."""

__version__ = "0.1.0"
