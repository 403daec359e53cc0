"""Frozen records of everything mesoplan speaks about: plain data with a JSON form."""
