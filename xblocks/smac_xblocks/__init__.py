"""The place of the Open edX components, which share grading and HTML with `smac_courses`.

None is released yet; the entry points will name them when they are.
"""
