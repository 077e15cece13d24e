"""What can go wrong around us, as exceptions. What an author wrote wrong is a `Diagnostic` instead."""


class SmacError(Exception):
    """Base of every error that this package raises on purpose; its text is meant for the user."""


class UsageError(SmacError):
    """The command was called with something that does not exist or does not fit together."""


class EnvironmentProblem(SmacError):
    """The machine refused: disk, permission, a port in use, a missing tool."""


class OwnPackageRefused(Exception):
    """A package of ours that does not pass our own validation: a bug of ours, and nothing of it was kept."""


class PackageError(SmacError):
    """A package cannot be put together as asked."""
