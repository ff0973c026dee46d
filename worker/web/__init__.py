"""What the live worker serves: metrics, health, and a page that shows what it does."""

from worker.web.page import Source, Status
from worker.web.recent import Decided, Recent
from worker.web.server import WebServer

__all__ = ["Decided", "Recent", "Source", "Status", "WebServer"]
