"""Make the keyword arguments of every Kafka client from the settings."""

from typing import Any

from worker.settings import Settings

__all__ = ["client_options", "faust_credentials"]


def client_options(settings: Settings, *, client_id: str) -> dict[str, Any]:
    """Give the keyword arguments that every aiokafka client takes."""
    return {"bootstrap_servers": settings.broker, "client_id": client_id}


def faust_credentials(settings: Settings) -> Any:
    """Give Faust's form of the same, None without security."""
    return None
