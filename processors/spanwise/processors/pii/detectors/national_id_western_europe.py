"""National numbers: Austria, Belgium, France, Germany, Ireland, Luxembourg, the Netherlands, Switzerland, the UK."""

from __future__ import annotations

from spanwise.processors.pii.checksums import ean13, iso7064_mod11_10, luhn, remainder, weighted
from spanwise.processors.pii.national import digits, is_date, national_id

__all__ = ["RULES"]


def _belgian(number: str) -> bool:
    check = int(number[9:])
    return check in (97 - int(number[:9]) % 97, 97 - int("2" + number[:9]) % 97)


def _austrian(number: str) -> bool:
    return remainder(number, (3, 7, 9, 0, 5, 8, 4, 2, 1, 6), 11) == int(number[3])


def _french(number: str) -> bool:
    """Corsican departments 2A and 2B count as 19 and 18."""
    plain = number[:13].replace("2A", "19").replace("2B", "18")
    return plain.isdigit() and 97 - int(plain) % 97 == int(number[13:])


def _french_alone(number: str) -> bool:
    return number[0] in "12" and (1 <= int(number[3:5]) <= 12 or int(number[3:5]) in range(20, 43)) and _french(number)


def _french_tax(number: str) -> bool:
    return int(number[:10]) % 511 == int(number[10:])


def _german_pension(number: str) -> bool:
    letter = f"{ord(number[8]) - 64:02d}"
    products = (
        int(d) * w
        for d, w in zip(number[:8] + letter + number[9:11], (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1), strict=True)
    )
    return sum(product // 10 + product % 10 for product in products) % 10 == int(number[11])


def _irish(number: str) -> bool:
    total = remainder(number, (8, 7, 6, 5, 4, 3, 2), 1000)
    if number[8:] not in ("", "W"):
        total += 9 * (ord(number[8]) - 64)
    return "WABCDEFGHIJKLMNOPQRSTUV"[total % 23] == number[7]


def _dutch(number: str) -> bool:
    return weighted(number, (9, 8, 7, 6, 5, 4, 3, 2, -1), 11) and int(number) > 0


def _nhs(number: str) -> bool:
    return weighted(number, (10, 9, 8, 7, 6, 5, 4, 3, 2, 1), 11)


def _utr(number: str) -> bool:
    return "21987654321"[remainder(number[1:], (6, 7, 8, 9, 10, 5, 4, 3, 2), 11)] == number[0]


def _luxembourgish(number: str) -> bool:
    return is_date(number[2:4], number[4:6], number[6:8]) and luhn(number[:12])


RULES = (
    *national_id(
        "at_svnr",
        digits(10),
        _austrian,
        ("sozialversicherungsnummer", "svnr", "sv-nummer", "versicherungsnummer", "vnr", "austrian social security"),
    ),
    *national_id(
        "be_nn",
        digits(11),
        _belgian,
        (
            "rijksregisternummer",
            "rijksregister",
            "numéro national",
            "numero national",
            "registre national",
            "national register",
            "nationalregisternummer",
            "insz",
            "niss",
            "rrn",
            "nrn",
            "numéro de registre national",
            "nn",
        ),
        trigger=r"\d\.\d\d\.\d\d-\d{3}\.",
        alone=r"\d{2}\.\d{2}\.\d{2}-\d{3}\.\d{2}",
    ),
    *national_id(
        "ch_ahv",
        r"756" + r"[ .\-]?\d{4}[ .\-]?\d{4}[ .\-]?\d{2}",
        ean13,
        (
            "ahv",
            "ahv-nummer",
            "ahv-nr",
            "avs",
            "numéro avs",
            "numero avs",
            "oasi",
            "sozialversicherungsnummer",
            "navs13",
        ),
        trigger=r"756\.",
        alone=r"756\.\d{4}\.\d{4}\.\d{2}",
    ),
    *national_id(
        "de_idnr",
        digits(11),
        iso7064_mod11_10,
        (
            "steuer-id",
            "steuer id",
            "steuerid",
            "steueridentifikationsnummer",
            "steuer-identifikationsnummer",
            "idnr",
            "tax id",
            "steuerliche identifikationsnummer",
            "steuernummer",
            "tin",
            "german tax",
            "identifikationsnummer",
        ),
    ),
    *national_id(
        "de_rvnr",
        r"\d{2}[ ]?\d{6}[ ]?[A-Z][ ]?\d{3}",
        _german_pension,
        ("rentenversicherungsnummer", "sozialversicherungsnummer", "rvnr", "sv-nummer", "versicherungsnummer"),
    ),
    *national_id(
        "fr_nir",
        r"\d ?\d{2} ?\d{2} ?(?:\d{2}|2[ABab]) ?\d{3} ?\d{3}(?: ?|/)\d{2}",
        _french,
        (
            "numéro de sécurité sociale",
            "numero de securite sociale",
            "sécurité sociale",
            "securite sociale",
            "nir",
            "insee",
            "numéro insee",
            "carte vitale",
            "n° sécu",
            "numéro de sécu",
            "french social security",
        ),
        trigger=r"[12] \d\d \d\d \d",
        alone=r"[12] \d{2} \d{2} (?:\d{2}|2[AB]) \d{3} \d{3} \d{2}",
        alone_check=_french_alone,
    ),
    *national_id(
        "fr_tax",
        r"[0-3]\d ?\d{2} ?\d{3} ?\d{3} ?\d{3}",
        _french_tax,
        ("numéro fiscal", "numero fiscal", "spi", "référence fiscale", "identifiant fiscal", "nif", "french tax"),
    ),
    *national_id(
        "gb_nhs",
        r"\d{3}[ \-]?\d{3}[ \-]?\d{4}",
        _nhs,
        ("nhs", "nhs number", "nhs no", "health service number"),
    ),
    *national_id(
        "gb_utr",
        r"\d{5} ?\d{5}",
        _utr,
        ("utr", "unique taxpayer reference", "taxpayer reference", "tax reference", "self assessment"),
    ),
    *national_id(
        "gb_nino",
        r"[A-CEGHJ-PR-TW-Za-ceghj-pr-tw-z][A-CEGHJ-NPR-TW-Za-ceghj-npr-tw-z] ?(?:\d\d ?){3}[A-Da-d]?",
        lambda number: True,
        ("national insurance", "nino", "ni number", "ni no", "insurance number", "nin"),
        trigger=r"[A-Z] \d\d \d\d \d\d [A-D]",
        alone=r"[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] \d\d \d\d \d\d [A-D]",
        alone_check=lambda number: True,
    ),
    *national_id(
        "ie_pps",
        r"\d{7} ?[A-Wa-w][A-IWa-iw]?",
        _irish,
        ("pps", "ppsn", "pps number", "pps no", "personal public service", "irish tax"),
    ),
    *national_id(
        "lu_matricule",
        digits(13),
        _luxembourgish,
        (
            "matricule",
            "numéro d'identification national",
            "matricule national",
            "sozialversicherungsnummer",
            "luxembourg id",
        ),
    ),
    *national_id(
        "nl_bsn",
        digits(9),
        _dutch,
        ("bsn", "burgerservicenummer", "sofinummer", "sofi-nummer", "sofi", "citizen service number", "dutch id"),
    ),
)
