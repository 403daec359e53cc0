"""Patients, their courses, and what is known of them."""
