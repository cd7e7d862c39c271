"""The command `cors-constructs`."""


def main() -> None:
    """Runs the command."""
