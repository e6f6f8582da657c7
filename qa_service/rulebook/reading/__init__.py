"""What a rulebook listens for, in sentences that people who do not write YAML can read."""
