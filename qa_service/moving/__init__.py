"""What a centre brings along from another system: its rules, its results, and how ours compare."""
