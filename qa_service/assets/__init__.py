"""Finds, fetches and verifies the model files that models/manifest.toml names; keeps the key of customers' numbers.

`store.ModelStore` is the door (it keeps `ports.ModelSource`); the other modules each do one thing for it.
`customer_key.CustomerKey` stands by itself.
"""
