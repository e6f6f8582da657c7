"""Scorecards: findings → answers → evaluation."""
