"""Copydesk: an ingestion worker for news wires on Apache Kafka."""

__version__ = "0.1.0"
