"""Signing in through somebody else: OpenID Connect."""
