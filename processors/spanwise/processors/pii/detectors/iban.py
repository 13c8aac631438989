"""International bank account numbers (ISO 13616): the registry's lengths and MOD 97."""

from __future__ import annotations

import re
from collections.abc import Iterator

from spanwise.processors.pii.checksums import mod97
from spanwise.processors.pii.rules import Candidate, Rule
from spanwise.processors.pii.surroundings import apart

__all__ = ["RULES"]

_REGISTRY = (
    "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 "
    "EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 "
    "IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 "
    "NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 "
    "SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30 AO25 BF28 BJ28 CF27 CG27 CI28 CM27 CV25 DZ26 GA27 GQ27 "
    "GW25 IR26 KM27 MA28 MG27 ML28 MZ25 NE28 SN28 TD27 TG28"
)
_LENGTHS = {name[:2]: int(name[2:]) for name in _REGISTRY.split()}
_COUNTRIES = "|".join(_LENGTHS)
_LONGEST = 31 + 2 * 30
_NOT_ALPHANUMERIC = re.compile(r"[^A-Za-z0-9]")
_WRITTEN = re.compile(r"[A-Za-z0-9](?:[ \-\n.]{0,2}[A-Za-z0-9])*")


def _accounts(candidate: Candidate) -> Iterator[Candidate]:
    """From the country on, as many letters and digits as its accounts have."""
    length = _LENGTHS[candidate.value[:2].upper()]
    written = _WRITTEN.match(candidate.text, candidate.start, candidate.start + _LONGEST)
    seen = 0
    for offset, character in enumerate(written[0] if written else ""):
        seen += character.isalnum()
        if seen == length:
            yield candidate.part(candidate.start, candidate.start + offset + 1)
            return


def _is_account(candidate: Candidate) -> bool:
    value = _NOT_ALPHANUMERIC.sub("", candidate.value)
    if not apart(candidate) or not (value.isupper() or (value.islower() and len(value) == len(candidate.value))):
        return False
    return mod97(value[4:] + value[:4]) == 1


_START = rf"(?:{_COUNTRIES}|{_COUNTRIES.lower()})[ \-]?\d ?\d"

RULES = (
    Rule(
        name="iban",
        type="IBAN",
        pattern=rf"(?:^|[^A-Za-z0-9])({_START})[ \-.\n]{{0,2}}[A-Za-z0-9]",
        narrow=_accounts,
        beyond=_LONGEST,
        validate=_is_account,
        trigger=r"[A-Z][A-Z][ \-]?\d ?\d[ \-.\n]?[A-Za-z0-9]|[a-z][a-z]\d\d[A-Za-z0-9]{4}",
        score=0.96,
    ),
)
