"""Model to accessible HTML, shared by every target that has pages."""
