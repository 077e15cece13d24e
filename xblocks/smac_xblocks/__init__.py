"""Open edX components of smac-courses.

They are distributed with `smac_courses`, whose grading and HTML they share: one question earns the same points
in a SCORM package, where JavaScript grades it, and on Open edX, where Python does.
"""
