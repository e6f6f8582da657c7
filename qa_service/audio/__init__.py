"""Recordings in, samples out: strangers' files are decoded by a child process that can be killed.

Nothing is imported here: the child imports this package too, and must start quickly.
"""
