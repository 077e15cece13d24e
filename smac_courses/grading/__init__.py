"""Answers to points: pure, in whole numbers, the same in Python and in the browser (player/src)."""
