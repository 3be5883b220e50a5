"""The words that clamd speaks: a file goes over in pieces (INSTREAM), one line comes back."""

from __future__ import annotations

import socket
import struct
from contextlib import suppress
from typing import IO
from urllib.parse import urlsplit

PIECE = 64 * 1024
CONNECT_SECONDS, ANSWER_SECONDS = 5.0, 30.0
# No answer of clamd is longer; one that is comes from something else.
MOST_ANSWER = 4096
PORT = 3310


class ScannerRefused(Exception):
    """The scanner answered without a verdict, for example because the file is larger than its own limit."""


def address_fault(url: str) -> str:
    """What is wrong with the scanner's address, with the remedy; "" when nothing is."""
    try:
        parts = urlsplit(url)
        is_good = (parts.scheme == "tcp" and parts.hostname and (parts.port is None or parts.port > 0)) or (
            parts.scheme == "unix" and parts.path.startswith("/") and not parts.netloc
        )
    except ValueError:
        is_good = False
    return "" if is_good else "CLAMAV_URL is tcp://host:3310 or unix:///run/clamav/clamd.ctl, or empty for no scanner."


def scan_stream(url: str, file: IO[bytes]) -> str:
    """Let the scanner read a file.

    Returns:
        the name of the virus; "" when none was found.
    Raises:
        ScannerRefused: it gave no verdict and would give none the next time.
        OSError: it can't be reached or fell silent; later it may answer.
    """
    with _connected(url) as line:
        # A scanner that has read enough closes its end while we still talk; what it said is read all the same.
        with suppress(BrokenPipeError, ConnectionResetError):
            _send(line, file)
        return _verdict(_answer(line))


def _connected(url: str) -> socket.socket:
    parts = urlsplit(url)
    if parts.scheme == "unix":
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            line.settimeout(CONNECT_SECONDS)
            line.connect(parts.path)
        except OSError:
            line.close()
            raise
    else:
        line = socket.create_connection((parts.hostname or "", parts.port or PORT), timeout=CONNECT_SECONDS)
    line.settimeout(ANSWER_SECONDS)
    return line


def _send(line: socket.socket, file: IO[bytes]) -> None:
    line.sendall(b"zINSTREAM\0")
    while piece := file.read(PIECE):
        line.sendall(struct.pack("!I", len(piece)) + piece)
    line.sendall(struct.pack("!I", 0))


def _answer(line: socket.socket) -> str:
    said = b""
    while b"\0" not in said and len(said) < MOST_ANSWER:
        piece = line.recv(1024)
        if not piece:
            break
        said += piece
    if not said:
        raise ConnectionError("The virus scanner closed the line without an answer.")
    return said.partition(b"\0")[0].decode("utf-8", "replace").strip()


def _verdict(said: str) -> str:
    said = said.removeprefix("stream: ")
    if said == "OK":
        return ""
    if said.endswith(" FOUND"):
        return said.removesuffix(" FOUND")
    raise ScannerRefused(said)
