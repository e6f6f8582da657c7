"""Speed and memory: interleaved pairs against a plain run, growth with length, and where judging spends time."""
