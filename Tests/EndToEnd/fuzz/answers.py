"""Reads answers by their framing alone, and strictly."""

import re

FINAL = {200, 201, 304, 400, 401, 403, 404, 405, 409, 413, 414, 415, 417, 431, 503}
_START = b"HTTP/1.1 "


class Wrong(Exception):
    """What came is not a sequence of answers."""


def take(stream: bytes, method: str | None) -> tuple[int, bytes] | None:
    """The status of the first answer, and what is behind it; None while it is not all there.

    `method` None: the request may have been HEAD or not. No body of ours begins like an answer.
    """
    head, end, rest = stream.partition(b"\r\n\r\n")
    if not (head.startswith(_START[: len(head)]) and _START.startswith(head[: len(_START)])):
        raise Wrong(f"this is no answer: {stream[:80]!r}")
    if not end:
        return None
    status = int(head[len(_START) : len(_START) + 3])
    if status == 100:
        return status, rest
    if status not in FINAL:
        raise Wrong(f"status {status}: {stream[:300]!r}")
    if status == 304 or method == "HEAD":
        return status, rest
    length = re.search(rb"\r\ncontent-length: (\d+)(?=\r\n|$)", head, re.IGNORECASE)
    if length is None:
        raise Wrong(f"no length: {head!r}")
    size = int(length[1])
    if method is None and size and (not rest or rest.startswith(_START)):
        return status, rest
    return None if len(rest) < size else (status, rest[size:])


def statuses(stream: bytes, may_have_head: bool) -> list[int]:
    """Of every whole answer in `stream`; a cut one at the end is passed over."""
    found = []
    while stream and (taken := take(stream, None if may_have_head else "GET")):
        status, stream = taken
        if status != 100:
            found.append(status)
    return found
