"""Tags → findings → moments. Knows tags only, never the text or the sound they came from."""
