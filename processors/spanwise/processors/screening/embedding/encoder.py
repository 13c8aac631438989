"""The forward pass of a small BERT sentence model in numpy: no other library, no network, the weights as they are."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from math import pi, prod, sqrt
from pathlib import Path
from typing import Final, NamedTuple, TypeAlias, cast

import numpy as np
import numpy.typing as npt

from spanwise.processors.screening.embedding.wordpieces import WordPieces

__all__ = ["MOST_PIECES", "Encoder"]

_Array: TypeAlias = npt.NDArray[np.float32]

MOST_PIECES: Final = 64
"""Word pieces of a text that are read; about 45 words."""

_HEADS: Final = 12
_BATCH: Final = 16
_EPSILON: Final = np.float32(1e-12)


class _Dense(NamedTuple):
    weight: _Array  # [inputs, outputs]
    bias: _Array

    def __call__(self, values: _Array) -> _Array:
        return values @ self.weight + self.bias


class _Norm(NamedTuple):
    weight: _Array
    bias: _Array

    def __call__(self, values: _Array) -> _Array:
        centred = values - values.mean(-1, keepdims=True)
        spread = np.sqrt((centred * centred).mean(-1, keepdims=True) + _EPSILON)
        return np.asarray(centred / spread * self.weight + self.bias, np.float32)


class _Layer(NamedTuple):
    query: _Dense
    key: _Dense
    value: _Dense
    mixed: _Dense
    attended: _Norm
    inner: _Dense
    outer: _Dense
    done: _Norm

    def __call__(self, hidden: _Array, masked: _Array) -> _Array:
        """Work on [texts, pieces, width]; `masked` is [texts, 1, 1, pieces], very low where there is no piece."""
        query, key, value = (_split_heads(part(hidden)) for part in (self.query, self.key, self.value))
        attention = query @ key.swapaxes(2, 3) / np.float32(sqrt(query.shape[-1])) + masked
        attention = np.exp(attention - attention.max(-1, keepdims=True))
        attention /= attention.sum(-1, keepdims=True)
        mixed = (attention @ value).swapaxes(1, 2).reshape(hidden.shape)
        hidden = self.attended(hidden + self.mixed(mixed))
        return self.done(hidden + self.outer(_gelu(self.inner(hidden))))


class Encoder:
    """A sentence model in a directory with `vocab.txt` and `model.safetensors`; safe to share between threads."""

    def __init__(self, directory: Path) -> None:
        """Read vocabulary and weights; raises OSError if they are missing, KeyError if they are of another kind."""
        self._pieces = WordPieces(directory / "vocab.txt")
        tensors = _tensors(directory / "model.safetensors")
        self._words = tensors["embeddings.word_embeddings.weight"]
        kinds = tensors["embeddings.token_type_embeddings.weight"]
        self._places = tensors["embeddings.position_embeddings.weight"] + kinds[0]
        self._norm = _norm(tensors, "embeddings.LayerNorm")
        layers = {name.split(".")[2] for name in tensors if name.startswith("encoder.layer.")}
        self._layers = [_layer(tensors, f"encoder.layer.{number}") for number in range(len(layers))]

    def embed(self, texts: Sequence[str]) -> _Array:
        """One row of unit length per text; texts of like length are worked on together."""
        rows = [self._pieces.numbers(text, MOST_PIECES) for text in texts]
        embedded = np.zeros((len(texts), self._words.shape[1]), np.float32)
        order = sorted(range(len(rows)), key=lambda number: len(rows[number]))
        for start in range(0, len(order), _BATCH):
            batch = order[start : start + _BATCH]
            embedded[batch] = self._embed([rows[number] for number in batch])
        return embedded

    def _embed(self, rows: list[list[int]]) -> _Array:
        lengths = np.array([len(row) for row in rows])
        longest = int(lengths.max())
        numbers = np.array([row + [0] * (longest - len(row)) for row in rows])
        present = (np.arange(longest) < lengths[:, None]).astype(np.float32)
        masked = ((present - 1) * np.float32(1e9))[:, None, None, :]
        hidden = self._norm(self._words[numbers] + self._places[:longest])
        for layer in self._layers:
            hidden = layer(hidden, masked)
        mean = (hidden * present[:, :, None]).sum(1) / lengths[:, None]
        unit = mean / np.linalg.norm(mean, axis=1, keepdims=True)
        return np.asarray(unit, np.float32)


def _split_heads(values: _Array) -> _Array:
    texts, pieces, width = values.shape
    return values.reshape(texts, pieces, _HEADS, width // _HEADS).swapaxes(1, 2)


def _gelu(values: _Array) -> _Array:
    """Close to the exact function to the third decimal."""
    cubed = values * values * values * np.float32(0.044715)
    curve = np.tanh(np.float32(sqrt(2 / pi)) * (values + cubed))
    return np.asarray(values * np.float32(0.5) * (1 + curve), np.float32)


def _layer(tensors: dict[str, _Array], name: str) -> _Layer:
    query, key, value = (_dense(tensors, f"{name}.attention.self.{part}") for part in ("query", "key", "value"))
    return _Layer(
        query,
        key,
        value,
        _dense(tensors, f"{name}.attention.output.dense"),
        _norm(tensors, f"{name}.attention.output.LayerNorm"),
        _dense(tensors, f"{name}.intermediate.dense"),
        _dense(tensors, f"{name}.output.dense"),
        _norm(tensors, f"{name}.output.LayerNorm"),
    )


def _dense(tensors: dict[str, _Array], name: str) -> _Dense:
    return _Dense(np.ascontiguousarray(tensors[f"{name}.weight"].T), tensors[f"{name}.bias"])


def _norm(tensors: dict[str, _Array], name: str) -> _Norm:
    return _Norm(tensors[f"{name}.weight"], tensors[f"{name}.bias"])


def _tensors(file: Path) -> dict[str, _Array]:
    """The 32-bit tensors of a safetensors file: eight bytes of length, a JSON table, the numbers."""
    data = file.read_bytes()
    start = 8 + int.from_bytes(data[:8], "little")
    return dict(_read(json.loads(data[8:start]), data, start))


def _read(table: object, data: bytes, start: int) -> Iterator[tuple[str, _Array]]:
    for name, entry in cast("dict[str, dict[str, object]]", table).items():
        if entry.get("dtype") == "F32":
            shape = cast("list[int]", entry["shape"])
            offset = start + cast("list[int]", entry["data_offsets"])[0]
            yield name, np.frombuffer(data, np.dtype("<f4"), prod(shape), offset).reshape(shape)
