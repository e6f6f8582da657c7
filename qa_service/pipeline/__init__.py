"""The one order of judging: measured call → tags → findings → evaluation → notes. Live is the only path."""
