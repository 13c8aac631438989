"""National numbers: Denmark, Estonia, Finland, Iceland, Latvia, Lithuania, Norway, Sweden."""

from __future__ import annotations

from spanwise.processors.pii.checksums import luhn, remainder, weighted
from spanwise.processors.pii.national import digits, is_date, national_id

__all__ = ["RULES"]

_FINNISH = "0123456789ABCDEFHJKLMNPRSTUVWXY"


def _danish(number: str) -> bool:
    """The check digit was given up in 2007; the date is what remains."""
    return is_date(number[4:6], number[2:4], number[:2])


def _baltic(number: str) -> bool:
    check = remainder(number[:10], (1, 2, 3, 4, 5, 6, 7, 8, 9, 1), 11)
    if check == 10:
        check = remainder(number[:10], (3, 4, 5, 6, 7, 8, 9, 1, 2, 3), 11) % 10
    return check == int(number[10])


def _finnish(number: str) -> bool:
    """The century's letter, where it is one, stands between the date and the number."""
    plain = number[:6] + number[-4:-1]
    return plain.isdigit() and _FINNISH[int(plain) % 31] == number[-1]


def _finnish_alone(number: str) -> bool:
    return _finnish(number) and is_date(number[4:6], number[2:4], number[:2])


def _icelandic(number: str) -> bool:
    return weighted(number, (3, 2, 7, 6, 5, 4, 3, 2, 1, 0), 11)


def _latvian(number: str) -> bool:
    """Numbers from 2017 on begin with 32 and have no check digit."""
    if number.startswith("32"):
        return True
    return (1 + remainder(number[:10], (10, 5, 8, 4, 2, 1, 6, 3, 7, 9), 11)) % 11 % 10 == int(number[10])


def _norwegian(number: str) -> bool:
    first = weighted(number[:10], (3, 7, 6, 1, 8, 9, 4, 5, 2, 1), 11)
    return first and weighted(number, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1), 11)


def _swedish(number: str) -> bool:
    return luhn(number[-10:])


RULES = (
    *national_id(
        "dk_cpr",
        r"\d{6}[ \-]?\d{4}",
        _danish,
        ("cpr", "cpr-nummer", "cpr-nr", "cpr nummer", "personnummer", "danish id", "cpr number"),
    ),
    *national_id(
        "ee_ik",
        r"[1-8]\d{10}",
        _baltic,
        ("isikukood", "ik", "personal code", "estonian id", "id-kood", "personal identification code"),
    ),
    *national_id(
        "lt_ak",
        r"[3-6]\d{10}",
        _baltic,
        ("asmens kodas", "asmens kodo", "a.k", "ak", "lithuanian id", "personal code"),
    ),
    *national_id(
        "fi_hetu",
        r"\d{6}[\-+A-FU-Ya-fu-y]\d{3}[0-9A-FHJ-NPR-Ya-fhj-npr-y]",
        _finnish,
        ("henkilötunnus", "hetu", "henkilotunnus", "personbeteckning", "sotu", "finnish id", "personal identity code"),
        trigger=r"\d[\-+A]\d{3}[0-9A-Y]",
        alone=r"\d{6}[\-+A]\d{3}[0-9A-FHJ-NPR-Y]",
        alone_check=_finnish_alone,
    ),
    *national_id(
        "is_kennitala",
        r"\d{6}-?\d{4}",
        _icelandic,
        ("kennitala", "kt", "kt.", "kennitölu", "icelandic id"),
    ),
    *national_id(
        "lv_pk",
        r"\d{6}-?\d{5}",
        _latvian,
        ("personas kods", "personas koda", "p.k", "pk", "latvian id", "personal code"),
    ),
    *national_id(
        "no_fodselsnummer",
        digits(11),
        _norwegian,
        (
            "fødselsnummer",
            "fodselsnummer",
            "personnummer",
            "fnr",
            "d-nummer",
            "fødselsnr",
            "norwegian id",
            "birth number",
        ),
    ),
    *national_id(
        "se_personnummer",
        r"(?:(?:19|20)?\d{6}[\-+ ]?\d{4})",
        _swedish,
        (
            "personnummer",
            "personnr",
            "pnr",
            "samordningsnummer",
            "organisationsnummer",
            "orgnr",
            "swedish id",
            "personal number",
            "org.nr",
            "person-nummer",
        ),
    ),
)
