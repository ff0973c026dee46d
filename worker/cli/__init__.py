"""
The `copydesk` command.

Each command is a module of this package with a `command`. It is imported only when it runs, so that `copydesk --help` and the
offline commands do not wait for Faust.
"""

import importlib
import importlib.util

import click

from worker import __version__

__all__ = ["main"]

# The name on the command line, the module, and the line that `copydesk --help` shows, in the order in which they are shown.
COMMANDS = {
    "worker": ("worker", "Run the worker: intake, desk or both."),
    "process": ("process", "Run the whole pipeline from file to file, without a broker."),
    "replay": ("replay", "Feed a range of a topic through the pipeline again."),
    "runs": ("runs", "List the replays there were, or remove one."),
    "diff": ("diff", "Compare an isolated replay with what was published."),
    "deadletters": ("deadletters", "Count, show, redrive, export or purge dead letters."),
    "explain": ("explain", "Show what the pipeline makes of items, and why."),
    "report": ("report", "Write one page about many items, to look through."),
    "decode": ("decode", "Show how a format reads a file."),
    "routes": ("routes", "List the routes, or try where items would go."),
    "story": ("story", "Show what became of a story."),
    "desk": ("desk", "Tell the desk to release, kill or forget an item."),
    "suggest-footers": ("suggest_footers", "Propose footer rules for what recurs in a feed."),
    "check-rules": ("check_rules", "Run the rules' examples, and warn of rules that do nothing."),
    "topics": ("topics", "Plan, create or check the topics."),
    "acls": ("acls", "Print the least rights that each role needs."),
    "config": ("config", "Show all settings with value and source."),
    "broker": ("broker", "Run Apache Kafka on this machine, for development."),
    "demo": ("demo", "Show the whole thing with a few sample items."),
    "train-topics": ("train_topics", "Learn the topic model from labelled items."),
}


class _Commands(click.Group):
    """A group that imports a command's module when the command is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's own signature
        return [name for name, (module, _) in COMMANDS.items() if importlib.util.find_spec(f"{__name__}.{module}")]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        command: click.Command = importlib.import_module(f"{__name__}.{COMMANDS[cmd_name][0]}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name][1]) for name in self.list_commands(ctx)])


@click.command("copydesk", cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="copydesk")
def main() -> None:
    """Copydesk takes raw wire items from Kafka and gives back clean, tagged, deduplicated ones, exactly once."""
