"""What is told outside: webhooks, and the guard of every connection that leaves for an address somebody gave."""
