"""Findings → notes: what happened, why it matters, what to say instead; and what went well."""
