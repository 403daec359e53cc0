"""Accounts, roles, invitations, the idle lock."""
