"""Lots, stock as the sum of events, recall."""
