"""`python -m whipcount` is the command."""

from whipcount.cli import main

main()
