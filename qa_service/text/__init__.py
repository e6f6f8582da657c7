"""Chinese and mixed text: folded for matching, always with offsets back to the original characters."""
