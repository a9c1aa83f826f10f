"""Vectorised text: numbers, ids and joins as Arrow string arrays, without a Python loop per row."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_BASE64 = np.frombuffer(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", dtype=np.uint8)
_HEX = np.frombuffer(b"0123456789abcdef", dtype=np.uint8)
_THOUSANDTHS = pa.array([f".{n:03d}" for n in range(1000)])


def fixed_width(characters: np.ndarray) -> pa.Array:
    """A (rows, width) array of ASCII codes as strings."""
    rows, width = characters.shape
    offsets = np.arange(rows + 1, dtype=np.int32) * np.int32(width)
    data = pa.py_buffer(np.ascontiguousarray(characters).tobytes())
    return pa.StringArray.from_buffers(rows, pa.py_buffer(offsets.tobytes()), data)


def base64_ids(rng: np.random.Generator, rows: int) -> pa.Array:
    """Random ids as the log has them: 20 bytes in base64, 28 characters ending in '='."""
    raw = np.zeros((rows, 21), dtype=np.uint8)
    raw[:, :20] = np.frombuffer(rng.bytes(rows * 20), dtype=np.uint8).reshape(rows, 20)
    groups = raw.reshape(rows, 7, 3).astype(np.uint32)
    bits = (groups[:, :, 0] << 16) | (groups[:, :, 1] << 8) | groups[:, :, 2]
    sextets = np.stack([(bits >> shift) & 63 for shift in (18, 12, 6, 0)], axis=2).reshape(rows, 28)
    characters = _BASE64[sextets]
    characters[:, 27] = ord("=")
    return fixed_width(characters)


def uuids(rng: np.random.Generator, rows: int) -> pa.Array:
    """Random version 4 UUIDs."""
    raw = np.frombuffer(rng.bytes(rows * 16), dtype=np.uint8).reshape(rows, 16).copy()
    raw[:, 6] = (raw[:, 6] & 0x0F) | 0x40
    raw[:, 8] = (raw[:, 8] & 0x3F) | 0x80
    digits = np.empty((rows, 32), dtype=np.uint8)
    digits[:, 0::2] = _HEX[raw >> 4]
    digits[:, 1::2] = _HEX[raw & 15]
    out = np.full((rows, 36), ord("-"), dtype=np.uint8)
    for at, begin, end in ((0, 0, 8), (9, 8, 12), (14, 12, 16), (19, 16, 20), (24, 20, 32)):
        out[:, at : at + end - begin] = digits[:, begin:end]
    return fixed_width(out)


def integers(values: np.ndarray) -> pa.Array:
    return pc.cast(pa.array(values), pa.string())


def thousandths(values: np.ndarray) -> pa.Array:
    """Integers in thousandths as decimals: 12345 becomes 12.345."""
    return join(integers(values // 1000), _THOUSANDTHS.take(pa.array(values % 1000)))


def join(*pieces: pa.Array | str) -> pa.Array:
    """Concatenates arrays and constants row by row."""
    return pc.binary_join_element_wise(*pieces, "")


def pick(choices: list[str] | pa.Array, index: np.ndarray) -> pa.Array:
    """choices[index], row by row."""
    array = choices if isinstance(choices, pa.Array) else pa.array(choices, type=pa.string())
    return array.take(pa.array(index))
