"""Answers as they come, unpacked piece by piece: a small one may hold a huge one."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from collections.abc import Iterator

# What is asked for; anything else is not unpacked here.
ACCEPTED = "gzip"
_AT_ONCE = 65_536
_GZIP_WINDOW = zlib.MAX_WBITS | 16


def pieces(response: httpx.Response) -> Iterator[bytes]:
    """Yield the content in pieces of a bounded size."""
    packing = response.headers.get("content-encoding", "").strip().lower()
    if packing in {"", "identity"}:
        yield from response.iter_raw(_AT_ONCE)
    elif packing in {"gzip", "x-gzip"}:
        yield from _unpacked(response.iter_raw(_AT_ONCE))
    else:
        raise httpx.DecodingError("packed in a way that was not asked for")


def _unpacked(packed: Iterator[bytes]) -> Iterator[bytes]:
    unpacking = zlib.decompressobj(_GZIP_WINDOW)
    try:
        for piece in packed:
            rest = piece
            while rest and not unpacking.eof:
                yield unpacking.decompress(rest, _AT_ONCE)
                rest = unpacking.unconsumed_tail
        yield unpacking.flush()
    except zlib.error as error:
        raise httpx.DecodingError("packed wrongly") from error
