"""Arithmetic on samples: numbers that a person with the recording could check. No I/O, no models.

Samples are int16 at 16 kHz: one row, or (channels, samples). docs/measures.md defines every measure.
"""
