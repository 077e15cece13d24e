"""Run the command line as `python -m smac_courses`."""

from smac_courses.cli import main

main()
