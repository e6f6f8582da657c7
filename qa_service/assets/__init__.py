"""Finds, fetches and verifies the model files that models/manifest.toml names.

`store.ModelStore` is the door (it keeps `ports.ModelSource`); the other modules each do one thing for it.
"""
