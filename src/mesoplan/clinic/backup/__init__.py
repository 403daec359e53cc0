"""Encrypted backup, restore, and the proof that a backup can be restored."""
