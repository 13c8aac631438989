"""Check digits: small pure functions over strings of digits."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

__all__ = [
    "base58check",
    "ean13",
    "iso7064_mod11_2",
    "iso7064_mod11_10",
    "luhn",
    "mod97",
    "remainder",
    "verhoeff",
    "weighted",
]

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BASE58_VALUE = {character: value for value, character in enumerate(_BASE58)}

_DOUBLED = str.maketrans("0123456789", "0246813579")
"""Each digit, and the digit sum of twice it."""

# multiplication in the dihedral group D5, and the permutation: https://en.wikipedia.org/wiki/Verhoeff_algorithm
_DIHEDRAL = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9),
    (1, 2, 3, 4, 0, 6, 7, 8, 9, 5),
    (2, 3, 4, 0, 1, 7, 8, 9, 5, 6),
    (3, 4, 0, 1, 2, 8, 9, 5, 6, 7),
    (4, 0, 1, 2, 3, 9, 5, 6, 7, 8),
    (5, 9, 8, 7, 6, 0, 4, 3, 2, 1),
    (6, 5, 9, 8, 7, 1, 0, 4, 3, 2),
    (7, 6, 5, 9, 8, 2, 1, 0, 4, 3),
    (8, 7, 6, 5, 9, 3, 2, 1, 0, 4),
    (9, 8, 7, 6, 5, 4, 3, 2, 1, 0),
)
_PERMUTATION = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)


def luhn(digits: str) -> bool:
    """ISO/IEC 7812-1: payment cards and many national numbers."""
    return sum(map(int, digits[-1::-2] + digits[-2::-2].translate(_DOUBLED))) % 10 == 0


def mod97(text: str) -> int:
    """ISO/IEC 7064 MOD 97 of digits and letters (A = 10 … Z = 35)."""
    return int("".join(str(int(character, 36)) for character in text)) % 97


def remainder(digits: str, weights: Sequence[int], modulus: int) -> int:
    """The weighted sum of the first digits, modulo `modulus`."""
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=False)) % modulus


def weighted(digits: str, weights: Sequence[int], modulus: int) -> bool:
    """Whether the weighted sum of all digits, the check digit included, is a multiple of `modulus`."""
    return len(digits) == len(weights) and remainder(digits, weights, modulus) == 0


def ean13(digits: str) -> bool:
    """GS1: thirteen digits with weights 1 and 3."""
    return weighted(digits, (1, 3) * 6 + (1,), 10)


def iso7064_mod11_10(digits: str) -> bool:
    """ISO/IEC 7064 MOD 11,10: German and Croatian tax numbers."""
    product = 10
    for digit in digits[:-1]:
        product = ((int(digit) + product) % 10 or 10) * 2 % 11
    return (product + int(digits[-1])) % 10 == 1


def verhoeff(digits: str) -> bool:
    """Verhoeff's dihedral check: Aadhaar."""
    check = 0
    for position, digit in enumerate(reversed(digits)):
        value = int(digit)
        for _ in range(position % 8):
            value = _PERMUTATION[value]
        check = _DIHEDRAL[check][value]
    return check == 0


def base58check(text: str) -> bytes | None:
    """The payload of a Base58Check string (version byte included); None where the check does not hold."""
    number = 0
    for character in text:
        value = _BASE58_VALUE.get(character)
        if value is None:
            return None
        number = number * 58 + value
    zeros = len(text) - len(text.lstrip("1"))
    raw = b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")
    digest = hashlib.sha256(hashlib.sha256(raw[:-4]).digest()).digest()
    return raw[:-4] if len(raw) > 4 and raw[-4:] == digest[:4] else None


def iso7064_mod11_2(digits: str) -> bool:
    """ISO/IEC 7064 MOD 11-2 with `X` for ten: Chinese resident identity numbers."""
    total = 0
    for digit in digits[:-1]:
        total = (total + int(digit)) * 2 % 11
    return (total + (10 if digits[-1] == "X" else int(digits[-1]))) % 11 == 1
