"""Consent texts, signatures, signed documents."""
