"""Reasons and texts rendered for people: zh_CN, zh_TW, en. Inside, sentences are data (core.texts)."""
