"""The `sourcebook` command, one file a group of commands."""


def main() -> None:
    """Run the command that the arguments of this process name."""
    from .app import main as run

    run()
