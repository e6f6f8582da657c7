"""Archives of made-up calls: large enough to try what is done with a year of them, the same for the same seed."""
