"""Personal data in what was said: where it stands, and the same text without it. Never stored, never logged."""
