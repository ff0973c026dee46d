"""
The two Faust apps: `intake` and `desk`.

Faust is the host: group membership, rebalances, signals, the worker's life. Its own commits, tables, web and leader topic are off.
Each setting here that the guarantees rest on has a test in tests/kafka/test_faust_contract.py.
"""

import logging
import tempfile
from collections.abc import Mapping
from typing import Any, Final

from aiokafka.producer import sender
from faust.transport.drivers import aiokafka as driver
from faust.types import StreamT
from mode import Service

from worker.live.consumer import LaneTransport, TablelessApp
from worker.live.lanes import LaneSet

__all__ = ["WorkerApp", "build_app"]

log = logging.getLogger(__name__)

# aiokafka waits this long between two transactions of one producer; its default of 20 ms is most of a chunk's latency.
BACKOFF_SECONDS: Final = 0.003


class WorkerApp(TablelessApp):
    """A Faust app whose consumer hands batches to `lanes` and connects with `connection`."""

    lanes: LaneSet
    connection: Mapping[str, Any]
    life: Service

    async def on_start(self) -> None:
        """Serve health before anything is joined or loaded: Faust starts services of its own kind only when all is ready."""
        await self.life.start()
        await super().on_start()

    async def on_stop(self) -> None:
        """Finish the chunks at hand before the group is left."""
        await self.life.stop()
        await super().on_stop()


def build_app(
    role: str,
    *,
    group: str,
    topics: list[str],
    bootstrap: str,
    connection: Mapping[str, Any],
    credentials: Any = None,
    session_seconds: float = 10.0,
    instance: str | None = None,
    fetch_bytes: int = 4 << 20,
) -> WorkerApp:
    """
    Make the app of a role.

    Args:
        role: `intake` or `desk`.

        group: the consumer group.

        topics: source topics.

        bootstrap: broker addresses, comma separated.

        connection: keyword arguments for every aiokafka client.

        credentials: Faust's form of the same, for the producer that it starts.

        session_seconds: how long a silent member keeps its partitions.

        instance: name of a static member, or None for a dynamic one.

        fetch_bytes: bytes per partition and fetch.
    """
    sender.BACKOFF_OVERRIDE = BACKOFF_SECONDS
    driver.Transport.Consumer = LaneTransport.Consumer
    app = WorkerApp(
        group,
        broker=[f"kafka://{host.strip()}" for host in bootstrap.split(",")],
        broker_credentials=credentials,
        broker_session_timeout=session_seconds,
        broker_heartbeat_interval=max(0.5, session_seconds / 6),
        broker_rebalance_timeout=max(30.0, session_seconds * 3),
        broker_request_timeout=max(40.0, session_seconds + 5),
        broker_max_poll_interval=3600.0,  # a desk may load its memory for minutes; that a worker stalls is for its health check to say
        consumer_auto_offset_reset="earliest",
        consumer_group_instance_id=instance,
        consumer_max_fetch_size=fetch_bytes,
        datadir=tempfile.gettempdir(),  # nothing is written there: no tables
        store="memory://",
        stream_wait_empty=False,  # lanes finish what they have begun; waiting for streams would wait for nothing
        table_standby_replicas=0,
        topic_allow_declare=False,
        topic_disable_leader=True,
        web_enabled=False,
        worker_redirect_stdouts=False,
        autodiscover=False,
    )
    app.connection = connection
    sources = app.topic(*topics, key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw")

    async def agent(stream: StreamT[Any]) -> None:  # noqa: ARG001 - an agent takes a stream
        """Live as long as the lanes do: records go to them, an error of theirs ends the worker."""
        await app.lanes.failed

    app.agent(sources, name=f"copydesk.{role}")(agent)

    async def rebalanced(*_: Any, **__: Any) -> None:
        await app.lanes.rebalance(app.consumer.assignment())

    app.on_rebalance_complete.connect(rebalanced)
    return app
