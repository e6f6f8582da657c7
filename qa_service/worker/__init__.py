"""Durable work: what waits is done once, by whichever node lives."""
