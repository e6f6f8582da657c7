"""`qa-service bench rules`: what thousands of rules cost, and what the most expensive one can."""
