"""National numbers of Egypt, Israel, Nigeria, Saudi Arabia, South Africa, the UAE and others, and of any country."""

from __future__ import annotations

from spanwise.processors.pii.checksums import luhn
from spanwise.processors.pii.national import is_date, national_id

__all__ = ["RULES"]


def _israeli(number: str) -> bool:
    return luhn(number.zfill(9)) and int(number) > 0


def _egyptian(number: str) -> bool:
    return number[0] in "23" and is_date(number[1:3], number[3:5], number[5:7])


def _south_african(number: str) -> bool:
    return luhn(number) and is_date(number[:2], number[2:4], number[4:6])


def _kuwaiti(number: str) -> bool:
    return number[0] in "123" and is_date(number[1:3], number[3:5], number[5:7])


def _has_number(value: str) -> bool:
    return sum(map(str.isdigit, value)) >= 5 and len(set(value)) > 2


RULES = (
    *national_id(
        "ae_emirates_id",
        r"784[ \-]?\d{4}[ \-]?\d{7}[ \-]?\d",
        luhn,
        ("emirates id", "eid", "هوية", "رقم الهوية", "uae id"),
        trigger=r"784-",
        alone=r"784-\d{4}-\d{7}-\d",
    ),
    *national_id(
        "eg_nid", r"\d{14}", _egyptian, ("egyptian id", "egyptian national id", "الرقم القومي", "national id")
    ),
    *national_id(
        "il_id",
        r"\d{7,8}-?\d|\d-?\d{7}-?\d",
        _israeli,
        ("teudat zehut", "תעודת זהות", "ת.ז", 'ת"ז', "מספר זהות", "israeli id", "t.z", "tz"),
    ),
    *national_id("ke_id", r"\d{7,8}", _has_number, ("kenyan id", "huduma", "kenya id")),
    *national_id("kw_civil_id", r"\d{12}", _kuwaiti, ("civil id", "البطاقة المدنية", "الرقم المدني")),
    *national_id(
        "ng_nin",
        r"\d{11}",
        _has_number,
        ("nin", "national identification number", "bvn", "bank verification number", "nigerian id"),
    ),
    *national_id(
        "sa_id",
        r"[12]\d{9}",
        luhn,
        ("iqama", "saudi id", "رقم الهوية", "الهوية الوطنية", "هوية", "إقامة", "national id"),
    ),
    *national_id(
        "za_id",
        r"\d{6}[ ]?\d{4}[ ]?[01]\d[ ]?\d|\d{6}[ ]?\d{4}[ ]?\d{2}[ ]?\d",
        luhn,
        (
            "sa id",
            "id number",
            "south african id",
            "rsa id",
            "identity number",
            "id no",
            "identiteitsnommer",
            "id-nommer",
        ),
        trigger=r"\d \d{4} [01]8 \d",
        alone=r"\d{6} \d{4} [01]8 \d",
        alone_check=_south_african,
    ),
    *national_id(
        "any_national_id",
        r"(?i:[A-Z]{0,4})[ \-]?\d(?:[ .\-/]?[0-9A-Za-z]){4,19}",
        _has_number,
        (
            "national id",
            "national id number",
            "national identity number",
            "national identification number",
            "national identity card",
            "national id no",
            "national insurance no",
            "citizen id",
            "citizenship number",
            "citizenship no",
            "identity card number",
            "identity card no",
            "id card number",
            "id card no",
            "personal identification number",
            "personalausweis",
            "personalausweisnummer",
            "ausweisnummer",
            "taxpayer id",
            "taxpayer identification number",
            "tax identification number",
            "tax id number",
            "carta d'identità",
            "carte d'identité",
            "documento de identidad",
            "documento d'identità",
            "government id",
        ),
    ),
)
