"""Strict stand-ins for an LMS: one of each standard, used by preview and tests alike."""
