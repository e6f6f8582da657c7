"""Readers of places where recordings lie: folders, object stores, SFTP, tables of call records, links."""
