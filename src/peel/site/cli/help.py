"""`./peel help`: the commands, one line each."""

from . import COMMANDS


def run(arguments: list[str]) -> int:
    """Print the commands."""
    width = max(len(name) for name in COMMANDS)
    print("Usage: ./peel COMMAND [ARGUMENTS]\n")
    for name, command in COMMANDS.items():
        if command.listed:
            print(f"  {name:<{width}}  {command.help}")
    return 0
