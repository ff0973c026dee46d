"""Run one role as a process, until it is told to stop or can't go on."""

import asyncio
import logging
import os
import sys
from typing import Final

import faust
from aiokafka.errors import KafkaError

from worker.live.errors import LiveError
from worker.live.intake import Watch
from worker.live.lanes import Observer
from worker.live.run import Role
from worker.rules.load import RuleError
from worker.settings import Settings

__all__ = ["run_role"]

log = logging.getLogger(__name__)

EXIT_BROKEN: Final = 1  # can't start: settings, rules, topics, broker
EXIT_LOST: Final = 3  # fenced, or a commit whose result is unknown: start it again


class _Quiet(Watch):
    def decided(self, decision: object, record: object) -> None:
        """Not told to anybody yet."""


def run_role(name: str, settings: Settings) -> int:
    """
    Run `intake` or `desk`; return the exit code.

    An error that ends the worker ends the process at once: what it holds is no longer its own.
    """
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    try:
        role = Role(name, settings)
    except RuleError as error:
        print(f"copydesk: {error}", file=sys.stderr)
        return EXIT_BROKEN
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    watch = _Quiet()
    app = role.build(intake_watch=watch, desk_watch=watch, observer=Observer())
    app.lanes.failed.add_done_callback(_end)
    worker = faust.Worker(app, loop=loop, loglevel=settings.log_level, override_logging=False, redirect_stdouts=False)
    try:
        worker.execute_from_commandline()
    except SystemExit as done:
        return int(done.code or 0)
    except KafkaError as error:
        print(f"copydesk: Kafka at {settings.broker}: {error}", file=sys.stderr)
        return EXIT_BROKEN
    return 0


def _end(failed: asyncio.Future[None]) -> None:
    if failed.cancelled() or (error := failed.exception()) is None:
        return
    if isinstance(error, LiveError):
        log.critical("%s", error)
    else:
        log.critical("the worker can't go on", exc_info=error)
    logging.shutdown()
    os._exit(EXIT_LOST)
