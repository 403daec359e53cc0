"""The audit log: an append-only chain of who did what to whose record, and its verification."""
