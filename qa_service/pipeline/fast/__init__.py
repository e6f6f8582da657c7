"""Stored calls judged again, quickly: what came of them, and nothing that only documents need (ADR 29)."""
