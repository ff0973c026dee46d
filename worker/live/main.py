"""Run one role as a process, until it is told to stop or can't go on."""

import asyncio
import logging
import os
from typing import Final, NoReturn

import faust
from aiokafka.errors import KafkaError

from worker.connect import ConnectError
from worker.desk.routes import Routes
from worker.live.errors import LiveError
from worker.live.run import Role
from worker.logs import configure, logging_config
from worker.rules.load import RuleError, Rules
from worker.settings import Settings
from worker.topics import TopicsError, check, refuse

__all__ = ["EXIT_BROKEN", "EXIT_LOST", "run_role"]

log = logging.getLogger(__name__)

EXIT_BROKEN: Final = 1  # can't start: settings, rules, topics, broker
EXIT_LOST: Final = 3  # fenced, or a commit whose result is unknown: start it again


def run_role(name: str, settings: Settings, *, beside: bool = False) -> int:
    """
    Run `intake` or `desk`; return the exit code.

    Args:
        name: the role.

        settings: what the operator set.

        beside: whether the other role runs beside it.
    """
    configure(settings.log_format, settings.log_level)
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        loop.run_until_complete(_look_first(settings))
        role = Role(name, settings, beside=beside)
        app = role.build()
    except (ConnectError, RuleError, TopicsError) as error:
        log.critical("%s", error)
        return EXIT_BROKEN
    app.lanes.failed.add_done_callback(_end)
    worker = faust.Worker(
        app,
        loop=loop,
        loglevel=settings.log_level,
        logging_config=logging_config(settings.log_format, settings.log_level),
        quiet=True,
        redirect_stdouts=False,
    )
    try:
        worker.execute_from_commandline()
    except SystemExit as done:
        _leave(int(done.code or 0))
    except KafkaError as error:
        log.critical("Kafka at %s: %s", settings.broker, error)
        return EXIT_BROKEN
    return 0


async def _look_first(settings: Settings) -> None:
    """
    Look at the broker and the topics before anything is joined.

    Raises:
        TopicsError: the broker can't be reached, or the topics are such that items could be lost, doubled or misjudged.
    """
    problems = await check(settings, Routes.from_rules(Rules(settings.rules)).names)
    refuse(problems)
    for problem in problems:
        log.warning("topic %s %s. Mend it with: %s", problem.topic, problem.text, problem.mend)


def _end(failed: asyncio.Future[None]) -> None:
    """End the process at once on an error of a lane: what it holds is no longer its own."""
    if failed.cancelled() or (error := failed.exception()) is None:
        return
    if isinstance(error, LiveError):
        log.critical("%s", error)
    elif isinstance(error, KafkaError):
        log.critical(
            "Kafka did not answer when partitions were taken over or given up (%s); start it again", type(error).__name__
        )
    else:
        log.critical("the worker can't go on: %s", type(error).__name__, exc_info=error)
    _leave(EXIT_LOST)


def _leave(code: int) -> NoReturn:
    """End the process without taking a big memory apart object by object, which takes longer than all else."""
    logging.shutdown()
    os._exit(code)
