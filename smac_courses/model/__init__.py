"""What a course is: frozen values, no markup of any target, standard library only."""
