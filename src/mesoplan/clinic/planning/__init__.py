"""Plans of the record: made by the library, answered, approved, superseded."""
