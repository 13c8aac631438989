"""Addresses on public ledgers, with their checksums: Base58Check, Bech32 (BIP 173, 350)."""

from __future__ import annotations

from spanwise.processors.pii.checksums import base58check
from spanwise.processors.pii.rules import RUN, Candidate, Rule
from spanwise.processors.pii.surroundings import apart, unlinked

__all__ = ["RULES"]

_BASE58 = "[1-9A-HJ-NP-Za-km-z]"
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATORS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_BECH32_CONSTANTS = frozenset({1, 0x2BC830A3})
# first byte of the payload: Bitcoin, Litecoin, Dogecoin, Dash, Tron
_VERSIONS = frozenset({0x00, 0x05, 0x30, 0x32, 0x1E, 0x16, 0x4C, 0x10, 0x41})
_RIPPLE = str.maketrans(
    "rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz",
    "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz",
)


def _is_base58(candidate: Candidate) -> bool:
    value = candidate.value
    payload = base58check(value.translate(_RIPPLE) if value[0] == "r" else value) if apart(candidate) else None
    if payload is None:
        return False
    return (len(payload) == 21 and payload[0] in _VERSIONS) or (len(payload) == 22 and payload[0] == 0x1C)


def _is_bech32(candidate: Candidate) -> bool:
    value = candidate.value
    if not apart(candidate) or not (value.islower() or value.isupper()):
        return False
    prefix, _, data = value.lower().rpartition("1")
    expanded = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]
    positions = [_BECH32.find(c) for c in data]
    return -1 not in positions and _polymod(expanded + positions) in _BECH32_CONSTANTS


def _polymod(values: list[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(_GENERATORS):
            if top >> bit & 1:
                check ^= generator
    return check


def _is_ethereum(candidate: Candidate) -> bool:
    """EIP-55's mixed case is not asked for: addresses are often retyped or lower-cased."""
    return apart(candidate) and len(set(candidate.value[2:].lower())) >= 6


def _looks_random(candidate: Candidate) -> bool:
    value = candidate.value
    kinds = any(map(str.isdigit, value)), any(map(str.isupper, value)), any(map(str.islower, value))
    return all(kinds) and unlinked(candidate, ".-/_=")


RULES = (
    Rule(
        name="base58_address",
        type="CRYPTO",
        pattern=rf"(?:^|[^A-Za-z0-9])([13LMDXT79Ar]{_BASE58}{{24,34}})",
        validate=_is_base58,
        trigger=RUN,
        score=0.9,
    ),
    Rule(
        name="bech32_address",
        type="CRYPTO",
        pattern=r"(?:bc|tb|ltc|addr|cosmos|osmo|stake|lnbc|erd|inj|terra)1[02-9ac-hj-np-z]{30,100}"
        r"|(?:BC|TB|LTC)1[02-9AC-HJ-NP-Z]{30,90}",
        validate=_is_bech32,
        trigger=r"(?i:bc|tb|ltc|addr|cosmos|osmo|stake|lnbc|erd|inj|terra)1[02-9A-Za-z]{8}",
        score=0.9,
    ),
    Rule(
        name="ethereum_address",
        type="CRYPTO",
        pattern=r"0x[0-9A-Fa-f]{40}",
        validate=_is_ethereum,
        trigger=r"0x[0-9A-Fa-f]{8}",
        score=0.9,
    ),
    Rule(
        name="monero_address",
        type="CRYPTO",
        pattern=rf"(?:^|[^A-Za-z0-9])([48][0-9AB]{_BASE58}{{93}})",
        validate=_looks_random,
        trigger=RUN,
        score=0.85,
    ),
    Rule(
        name="wallet_labelled",
        type="CRYPTO",
        pattern=rf"(?:^|[^\w])((?:bitcoincash:)?[qp][a-z0-9]{{41}}|{_BASE58}{{32,48}})",
        validate=_looks_random,
        context=(
            "wallet",
            "solana",
            "sol",
            "usdc",
            "usdt",
            "phantom",
            "polkadot",
            "cardano",
            "bitcoin cash",
            "crypto address",
        ),
        trigger=RUN,
        score=0.6,
    ),
)
