"""How many distinct users there were in the last five minutes, in 24 KiB: a HyperLogLog for each minute."""

from __future__ import annotations

import math

__all__ = ["DistinctUsers"]

_BITS = 12
_REGISTERS = 1 << _BITS
_HASH_BITS = 64 - _BITS
_MINUTES = 5
_ALPHA = 0.7213 / (1 + 1.079 / _REGISTERS)


class DistinctUsers:
    """Counts distinct 64-bit hashes with a standard error of 1.6 %; a few hundred are counted almost exactly.

    Source: Flajolet, Fusy, Gandouet, Meunier, "HyperLogLog" (2007), with linear counting for small numbers.
    """

    def __init__(self) -> None:
        self._minutes: dict[int, bytearray] = {}

    def add(self, key: int, minute: int) -> None:
        """Note a user; `minute` since the epoch."""
        registers = self._minutes.get(minute)
        if registers is None:
            registers = self._begin(minute)
        place = key & _REGISTERS - 1
        rank = _HASH_BITS + 1 - (key >> _BITS).bit_length()
        if registers[place] < rank:
            registers[place] = rank

    def count(self, minute: int) -> int:
        """Distinct users of this minute and the four before it."""
        recent = [registers for at, registers in list(self._minutes.items()) if minute - _MINUTES < at <= minute]
        return round(_estimate(bytes(map(max, *recent)) if len(recent) > 1 else b"".join(recent))) if recent else 0

    def clear(self) -> None:
        """Forget everything."""
        self._minutes.clear()

    def _begin(self, minute: int) -> bytearray:
        for at in [at for at in self._minutes if at <= minute - _MINUTES]:
            del self._minutes[at]
        if len(self._minutes) > _MINUTES:  # of spans that came late
            del self._minutes[min(self._minutes)]
        registers = self._minutes[minute] = bytearray(_REGISTERS)
        return registers


def _estimate(registers: bytes) -> float:
    raw = _ALPHA * _REGISTERS**2 / math.fsum(2.0**-rank for rank in registers)
    empty = registers.count(0)
    if raw <= 2.5 * _REGISTERS and empty:
        return _REGISTERS * math.log(_REGISTERS / empty)
    return raw
