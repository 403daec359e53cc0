"""Units, errors, content hashes and coordinate frames: what every other room stands on."""
