"""Keccak-256 as Ethereum uses it (the padding is older than SHA-3's, so `hashlib` has no such function).

https://keccak.team/keccak_specs_summary.html
"""

from __future__ import annotations

__all__ = ["keccak256"]

_MASK = (1 << 64) - 1
_RATE = 136


def _round_constants() -> list[int]:
    constants: list[int] = []
    state = 1
    for _ in range(24):
        constant = 0
        for bit in range(7):
            if state & 1:
                constant |= 1 << ((1 << bit) - 1)
            state = (state << 1) ^ (0x171 if state & 0x80 else 0)
        constants.append(constant)
    return constants


def _rotate(lane: int, by: int) -> int:
    return ((lane << by) | (lane >> (64 - by))) & _MASK if by else lane


def _permute(lanes: list[list[int]], constants: list[int]) -> None:
    for constant in constants:
        parity = [lanes[x][0] ^ lanes[x][1] ^ lanes[x][2] ^ lanes[x][3] ^ lanes[x][4] for x in range(5)]
        for x in range(5):
            effect = parity[x - 1] ^ _rotate(parity[(x + 1) % 5], 1)
            lanes[x] = [lane ^ effect for lane in lanes[x]]
        _rotate_and_move(lanes)
        for y in range(5):
            row = [lanes[x][y] for x in range(5)]
            for x in range(5):
                lanes[x][y] = row[x] ^ (~row[(x + 1) % 5] & _MASK & row[(x + 2) % 5])
        lanes[0][0] ^= constant


def _rotate_and_move(lanes: list[list[int]]) -> None:
    x, y, current = 1, 0, lanes[1][0]
    for step in range(24):
        x, y = y, (2 * x + 3 * y) % 5
        current, lanes[x][y] = lanes[x][y], _rotate(current, (step + 1) * (step + 2) // 2 % 64)


def keccak256(data: bytes) -> bytes:
    """The digest of at most 135 bytes: one block, all that an address needs."""
    if len(data) >= _RATE:
        raise ValueError("one block only")
    block = bytearray(data.ljust(_RATE, b"\0"))
    block[len(data)] ^= 0x01
    block[-1] ^= 0x80
    lanes = [[0] * 5 for _ in range(5)]
    for index in range(_RATE // 8):
        lanes[index % 5][index // 5] = int.from_bytes(block[8 * index : 8 * index + 8], "little")
    _permute(lanes, _round_constants())
    return b"".join(lanes[x][0].to_bytes(8, "little") for x in range(4))
