"""Detectors: each listens for one thing and emits tags with evidence. They do not know each other."""
