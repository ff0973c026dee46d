"""A TCP proxy between workers and the broker, whose connections can be cut."""

import asyncio
import contextlib
import socket
import struct
import threading
from types import TracebackType
from typing import Final, Self

__all__ = ["Proxy"]

_HOST: Final = "127.0.0.1"
_PIECE: Final = 64 << 10
_RESET: Final = struct.pack("ii", 1, 0)  # linger for no time: the connection is reset


class Proxy:
    """
    Listens on a port of its own and passes on what comes to `target`, in a thread of its own, from its `with` on.

    Clients of Kafka go where the broker says that it is, so the broker must be told to name `port` (`DevBroker(advertise=…)`).
    """

    def __init__(self) -> None:
        """Take a free port."""
        self._socket = socket.create_server((_HOST, 0))
        self.port: int = self._socket.getsockname()[1]
        self.target = 0
        """The port that is passed on to."""
        self.cuts = 0
        """How many connections were cut."""
        self._loop = asyncio.new_event_loop()
        self._writers: set[asyncio.StreamWriter] = set()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    @property
    def address(self) -> str:
        """Where clients connect."""
        return f"{_HOST}:{self.port}"

    def cut(self) -> None:
        """Reset all connections, without a word to either side."""
        asyncio.run_coroutine_threadsafe(self._cut(), self._loop).result()

    def __enter__(self) -> Self:
        self._thread.start()
        start = asyncio.start_server(self._serve, sock=self._socket)
        self._server = asyncio.run_coroutine_threadsafe(start, self._loop).result()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _cut(self) -> None:
        for writer in list(self._writers):
            # A reset, as a firewall or a balancer sends it, and not an orderly end.
            try:
                writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            except OSError:
                continue  # the other side has closed it this moment
            writer.transport.abort()
            self.cuts += 1

    async def _end(self) -> None:
        self._server.close()
        await self._cut()
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            onward, back = await asyncio.open_connection(_HOST, self.target)
        except OSError:
            writer.transport.abort()
            return
        self._writers |= {writer, back}
        try:
            await asyncio.gather(_pass(reader, back), _pass(onward, writer))
        finally:
            self._writers -= {writer, back}
            for each in (writer, back):
                each.close()


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Pass on until one side ends, and then end the other."""
    with contextlib.suppress(OSError):
        while piece := await reader.read(_PIECE):
            writer.write(piece)
            await writer.drain()
    writer.close()
