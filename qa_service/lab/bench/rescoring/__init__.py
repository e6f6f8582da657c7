"""`qa-service bench rescore`: how fast stored calls are judged again, and what one changed rule costs."""
