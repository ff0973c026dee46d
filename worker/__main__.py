"""`python -m worker` is the `copydesk` command."""

from worker.cli import main

main(prog_name="copydesk")
