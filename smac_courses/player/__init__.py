"""The player: plain JavaScript and one style sheet, shipped as files. Building a course needs no Node."""
