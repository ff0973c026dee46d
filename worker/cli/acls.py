"""`copydesk acls`: print the least rights that each role needs."""

import click

from worker.acls import ROLES, commands, least, strimzi_user
from worker.cli.options import environment_settings, route_names

__all__ = ["command"]


@click.command("acls", short_help="Print the least rights that each role needs.")
@click.argument("roles", nargs=-1, type=click.Choice(ROLES))
@click.option("--as", "form", type=click.Choice(["commands", "strimzi"]), default="commands", show_default=True)
@click.option("--user", default="copydesk-{role}", show_default=True, help="Who gets them; {role} stands for the role.")
@click.option("--cluster", default="kafka", show_default=True, help="For strimzi: the name of the Kafka resource.")
def command(roles: tuple[str, ...], form: str, user: str, cluster: str) -> None:
    """
    Print the least rights of ROLES, all of them if none is named. It asks no cluster.

    intake and desk are the two halves of the worker, replay is `copydesk replay`, admin is `copydesk topics create` and what
    mends topics. One user for `copydesk worker --role all` needs those of intake and desk.
    """
    settings = environment_settings()
    routes = route_names(settings.rules)
    for role in roles or ROLES:
        acls = least(settings, role, routes)
        name = user.format(role=role)
        if form == "strimzi":
            click.echo(strimzi_user(acls, name, cluster, settings), nl=False)
        else:
            click.echo(f"# {role}")
            for line in commands(acls, name, settings.broker):
                click.echo(line)
