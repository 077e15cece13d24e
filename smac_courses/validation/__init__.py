"""A second opinion on a package, ours or not. Nothing here knows how packages are made."""
