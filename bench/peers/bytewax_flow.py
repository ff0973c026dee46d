"""
Bytewax with its recovery store: at least once.

It has no transactions, and what came behind the last snapshot is written again after a kill. It stands here for the cost of a loop in
Rust around Python.
"""

from datetime import timedelta
from pathlib import Path

import bytewax.operators as op
from bytewax.connectors.kafka import KafkaSink, KafkaSinkMessage, KafkaSource
from bytewax.dataflow import Dataflow
from bytewax.recovery import RecoveryConfig, init_db_dir
from bytewax.run import cli_main

from bench.peers.work import Came, Place, WholeWork

SNAPSHOT_SECONDS = 10  # its documentation's own example


def flow_of(task: str, place: Place) -> Dataflow:
    """Build the dataflow of a task."""
    flow = Dataflow(task)
    names = place.names
    source = KafkaSource([place.broker], [names.prepared if task == "decide" else f"{place.prefix}raw"])
    items = op.input("in", flow, source)
    if task == "decide":
        keyed = op.key_on("key", items, lambda message: (message.key or b"").decode())

        def look(seen: bool | None, message: KafkaSinkMessage) -> tuple[bool, KafkaSinkMessage]:
            topic = names.duplicates if seen else names.enriched
            return True, KafkaSinkMessage(message.key, message.value, topic)

        written = op.key_rm("value", op.stateful_map("look", keyed, look))
    else:
        work = WholeWork(place)

        def step(batch: list[KafkaSinkMessage]) -> list[KafkaSinkMessage]:
            came = [Came(m.value or b"", m.topic, m.partition, m.offset, m.timestamp[1]) for m in batch]
            writes = [w for message, found in work.prepare(came) for w in work.decide(message, found)] + work.remember()
            return [KafkaSinkMessage(w.key, w.value, w.topic, list(w.headers)) for w in writes]

        written = op.flat_map_batch("work", items, step)
    op.output("out", written, KafkaSink([place.broker], None))
    return flow


def main() -> None:
    """Run for ever."""
    task, place = Place.from_arguments()
    state = Path(place.state) / "recovery"
    state.mkdir(parents=True, exist_ok=True)
    init_db_dir(state, 1)
    recovery = RecoveryConfig(str(state), timedelta(seconds=SNAPSHOT_SECONDS))
    cli_main(flow_of(task, place), epoch_interval=timedelta(seconds=SNAPSHOT_SECONDS), recovery_config=recovery)


if __name__ == "__main__":
    main()
