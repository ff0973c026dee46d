"""What the live worker serves: metrics, health, and a page that leads to them."""

from worker.web.server import WebServer

__all__ = ["WebServer"]
