"""Values that must never leave, and values that must arrive as they are. All of them are invented."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import quote, quote_plus

__all__ = ["INNOCENT", "PERSONAL", "Personal", "spellings"]


class Personal(NamedTuple):
    """`text` is how it stands in a sentence; `raw`, the part of it that must not leave."""

    type: str
    text: str
    raw: str


def _plain(kind: str, raw: str, before: str = "", after: str = "") -> Personal:
    return Personal(kind, before + raw + after, raw)


_BODY = "Q7dXk2mVb9RtLw4cYh8Zs3NfJ6gPa1Ue5oTi0KxBvDqCyMrH"
_KEY_BODY = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj"

# Tokens are joined from two halves, so that scanners of repositories do not take an invented one for a leaked one.
PERSONAL = (
    _plain("EMAIL", "jane.doe+shop@example.co.uk", "Mail ", " today"),
    _plain("EMAIL", "jürgen@müller.de", "Mail "),
    _plain("PHONE", "(415) 555-2671", "Call ", " after five"),
    _plain("PHONE", "+49 30 901820", "Call "),
    _plain("CREDIT_CARD", "4539 1488 0343 6467", "Card "),
    _plain("CREDIT_CARD", "371449635398431", "Card "),
    _plain("CREDIT_CARD", "5425233430109903"),
    _plain("IBAN", "GB29 NWBK 6016 1331 9268 19"),
    _plain("IBAN", "DE89370400440532013000", "to "),
    _plain("US_SSN", "536-90-4399", "SSN "),
    _plain("NATIONAL_ID", "AB123456C", "NINO "),
    _plain("NATIONAL_ID", "86095742719", "Steuer-ID "),
    _plain("NATIONAL_ID", "RSSMRA85T10A562S", "codice fiscale "),
    _plain("NATIONAL_ID", "12345678Z", "DNI "),
    _plain("NATIONAL_ID", "44051401359", "PESEL "),
    _plain("NATIONAL_ID", "529.982.247-25", "CPF "),
    _plain("NATIONAL_ID", "2341 2341 2346", "Aadhaar "),
    _plain("NATIONAL_ID", "811218-9876", "personnummer "),
    _plain("IP_ADDRESS", "81.2.69.142", "client ", " said"),
    _plain("IP_ADDRESS", "2a00:1450:4001:82a::200e", "client ", " said"),
    _plain("MAC_ADDRESS", "00:1B:44:11:3A:B7", "MAC "),
    _plain("CRYPTO", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "pay to "),
    _plain("CRYPTO", "0x52908400098527886E0F7030069857D2E4169EE7", "pay to "),
    _plain("PASSPORT", "C01X00T47", "passport number "),
    _plain("DRIVER_LICENSE", "D12345678", "driver's license "),
    _plain("DATE_OF_BIRTH", "1985-10-12", "date of birth "),
    _plain("SECRET", "sk-proj" + f"-{_BODY}", "key "),
    _plain("SECRET", "sk-ant" + f"-api03-{_BODY}{_BODY[:39]}-AbCdEfAA", "key "),
    _plain("SECRET", "AKIA" + "5F2QXJ7RTNLZ3WKB"),
    _plain("SECRET", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzQ8vK2mXLp", "aws_secret_access_key="),
    _plain("SECRET", "ghp_" + "9fK2mQ7xVbR4tLw8cYhZs3NdJ6gPa1Ue5oTi"),
    _plain("SECRET", "xoxb-" + "2193847561029-3847561029384-Kq7XmVb9RtLw4cYh8Zs3NfJ6"),
    _plain("SECRET", "sk_live_" + "4eC39HqLyjWDarjtT1zdp7dcQ7XmVb9R"),
    _plain("SECRET", "AIza" + "SyD4kQ7xVbR9tLw2cYh8Zs3NfJ6gPa1Ue5o"),
    _plain("SECRET", "hf_" + "Q7dXkmVbRtLwcYhZsNfJgPaUeoTiKxBvD"),
    _plain("SECRET", "Q7dXk2mVb9RtLw4cYh8Zs3NfJ6gPa1Ue5oTi", "Bearer "),
    _plain(
        "SECRET",
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
        + "eyJzdWIiOiI4ODIxIiwibmFtZSI6IkdyYWNlIE1pbGxlciIsImlhdCI6MTc2MzcyMDAwMH0."
        + "b7Q2xkV9mRtLw4cYh8Zs3NfJ6gPa1Ue5oTi0KxBvDqC",
    ),
    _plain("SECRET", "k7Wm-Qz4tV9", "postgres://shop:", "@db.internal.kitchen.example:5432/orders"),
    _plain("SECRET", "Tr0ub4dor-3x", "https://jane:", "@api.example.com/v1"),
    _plain("SECRET", _KEY_BODY, "-----BEGIN PRIVATE KEY-----\n", "\n-----END PRIVATE KEY-----"),
    _plain("SECRET", "Tr0ub4dor-3x9", "password="),
    _plain("SECRET", f"{_BODY}{_BODY[:38]}==", "AccountName=shop;AccountKey=", ";"),
    _plain("SECRET", "npm_" + "Q7dXk2mVb9RtLw4cYh8Zs3NfJ6gPa1Ue5oTi"),
)

INNOCENT = (
    "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
    "4bf92f3577b34da6a3ce929d0e0e4736",
    "00f067aa0ba902b7",
    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    "9fceb02d0ae598e95dc970b74767f19372d61af8",
    "9fceb02",
    "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "ISBN 978-3-16-148410-0",
    "ISBN 0-306-40615-2",
    "1.45.2",
    "v2.16.0rc1",
    "10.4.1",
    "$1,299.99",
    "EUR 14.90",
    "2026-11-21T11:22:43Z",
    "2026-11-21 11:22",
    "1763724163",
    "1763724163123456789",
    "ORD-12345",
    "42",
    "3.14159",
    "2.5e-7",
    "gpt-4o-mini-2024-07-18",
    "claude-sonnet-4-5-20250929",
    "arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-3-sonnet-20240229-v1:0",
    "chatcmpl-9x8Kp2QwErTyUiOpAsDfGhJkLzXcV",
    "req_011CVabcdefGHIJKLmnop",
    "msg_01XFDUDYJgAACzvnptvVoYEL",
    "fp_560af6e559",
    "https://api.openai.com/v1/chat/completions",
    "application/json; charset=utf-8",
    "invoice 2024-000123",
)


def spellings(raw: str) -> Iterator[bytes]:
    """A value as it may stand in bytes: plain, escaped for JSON once or twice, ASCII only, for URLs, without blanks."""
    once = json.dumps(raw, ensure_ascii=False)[1:-1]
    ascii_only = json.dumps(raw)[1:-1]
    forms = {raw, once, ascii_only, json.dumps(once)[1:-1], json.dumps(ascii_only)[1:-1]}
    forms |= {quote(raw), quote_plus(raw), quote(raw, safe=""), raw.replace("/", "\\/"), raw.replace(" ", "")}
    return (form.encode() for form in forms)
