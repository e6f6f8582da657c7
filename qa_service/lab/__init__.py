"""Accuracy against labels and speed against a plain run: `qa-service eval` and `qa-service bench`."""
