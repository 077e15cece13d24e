"""A robot learner plays built packages in a browser, against the strict stand-ins for an LMS."""
