"""Rules over a finished course, one function each, found by its code."""
