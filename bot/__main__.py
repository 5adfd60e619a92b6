"""`python -m bot` is the command `xinno`."""

from bot.cli import main

main()
