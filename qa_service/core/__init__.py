"""Values that everyone may know. Standard library only; no I/O, no clock, no randomness."""
