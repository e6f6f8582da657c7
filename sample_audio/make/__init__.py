"""Writes the sample calls: dialogues in scripts/, voices by Kokoro, telephone by arithmetic."""
