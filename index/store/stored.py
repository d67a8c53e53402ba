"""The stored fields of a document, as they lie on disk."""

from __future__ import annotations

import json
import threading
from functools import lru_cache
from typing import Any

from index.store.terms import decode, encode

# Zstandard's fastest but for those that keep more than half of a text: it is four times as fast
# as zlib's fastest, and as small.
COMPRESSION_LEVEL = 1

_read_json = json.JSONDecoder().raw_decode
_write_json = json.JSONEncoder(
    ensure_ascii=False, separators=(",", ":"), check_circular=False
).encode


def pack(stored: dict[str, Any]) -> bytes:
    """Return the stored fields of a document as they lie on disk: as JSON, the text behind it."""
    text = stored.pop("text", "")
    content = f"{_write_json(stored)}\n{text}"
    return bytes(_compression().compressor.compress(encode(content)))


def unpack(content: bytes | memoryview) -> dict[str, Any]:
    """Return what `pack` was given; its tuples have become lists.

    Raises ValueError where the bytes are not what `pack` returned.
    """
    import zstandard

    try:
        whole = decode(_compression().decompressor.decompress(content))
    except zstandard.ZstdError as error:
        raise ValueError(str(error)) from error
    fields: dict[str, Any]
    fields, end = _read_json(whole)
    if len(whole) > end + 1:
        fields["text"] = whole[end + 1 :]
    return fields


class _Compression(threading.local):
    """Zstandard's two sides, which no two threads may use at once."""

    def __init__(self) -> None:
        import zstandard

        self.compressor = zstandard.ZstdCompressor(level=COMPRESSION_LEVEL, write_checksum=True)
        self.decompressor = zstandard.ZstdDecompressor()


@lru_cache(maxsize=1)
def _compression() -> _Compression:
    return _Compression()
