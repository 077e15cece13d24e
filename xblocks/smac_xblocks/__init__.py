"""Blocks for Open edX: `smac_quiz` and `smac_certificate`, which share grading and HTML with `smac_courses`."""
