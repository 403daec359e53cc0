"""Preparation and delivery of an approved plan."""
