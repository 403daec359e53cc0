"""Suggestions within the limits: never more medicine without showing before and after."""
