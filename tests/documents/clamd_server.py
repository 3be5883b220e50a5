"""A virus scanner for tests: a real server that speaks clamd's INSTREAM over TCP or a Unix socket."""

from __future__ import annotations

import socketserver
import struct
import threading
from types import TracebackType
from typing import Any

# A harmless sign of our own, so that no scanner of this machine takes the tests away.
SIGN = b"VIRUS-SIGN-OF-THE-TESTS"
NAME = "Test.Sign-1"


class Clamd:
    """Reads what it is sent and says whether the sign is in it.

    Attributes:
        limit: the most bytes it reads, as clamd's StreamMaxLength.
        manner: "" for its work; `mute` hangs up without a word, `silent` never answers.
        seen: the files it read whole.
    """

    def __init__(self, *, path: str = "") -> None:
        self.limit, self.manner, self.seen = 1_000_000, "", list[bytes]()
        scanner = self

        class Talk(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                scanner.talk(self.request)

        self.over: Any = threading.Event()
        if path:
            self.server: Any = socketserver.ThreadingUnixStreamServer(path, Talk)
            self.url = f"unix://{path}"
        else:
            self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk)
            self.url = f"tcp://127.0.0.1:{self.server.server_address[1]}"
        self.server.daemon_threads = True

    def __enter__(self) -> Clamd:
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.over.set()
        self.server.shutdown()
        self.server.server_close()

    def talk(self, line: Any) -> None:
        """One connection, as clamd holds it."""
        if self.manner == "mute":
            return
        file = line.makefile("rb")
        if file.read(10) != b"zINSTREAM\0":
            line.sendall(b"UNKNOWN COMMAND\0")
            return
        data = b""
        while length := struct.unpack("!I", file.read(4))[0]:
            data += file.read(length)
            if len(data) > self.limit:
                line.sendall(b"INSTREAM size limit exceeded. ERROR\0")
                return
        self.seen.append(data)
        if self.manner == "silent":
            self.over.wait(10)
            return
        line.sendall(f"stream: {NAME} FOUND\0".encode() if SIGN in data else b"stream: OK\0")
