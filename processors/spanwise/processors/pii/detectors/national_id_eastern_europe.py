"""National numbers of Bulgaria, Croatia, Czechia, Hungary, Poland, Romania, Russia, Serbia, Slovakia, Ukraine."""

from __future__ import annotations

from spanwise.processors.pii.checksums import iso7064_mod11_10, remainder, weighted
from spanwise.processors.pii.national import digits, is_date, national_id

__all__ = ["RULES"]


def _bulgarian(number: str) -> bool:
    return remainder(number[:9], (2, 4, 8, 5, 10, 9, 7, 3, 6), 11) % 10 == int(number[9])


def _croatian(number: str) -> bool:
    return iso7064_mod11_10(number.removeprefix("HR"))


def _czech(number: str) -> bool:
    """Nine digits until 1953, without a check."""
    if len(number) == 9:
        return 1 <= int(number[2:4]) % 50 % 20 <= 12
    return int(number[:9]) % 11 % 10 == int(number[9])


def _czech_alone(number: str) -> bool:
    month = int(number[2:4]) % 50
    return len(number) == 10 and _czech(number) and is_date(number[:2], str(month % 20 or month), number[4:6])


def _hungarian_taj(number: str) -> bool:
    return remainder(number[:8], (3, 7, 3, 7, 3, 7, 3, 7), 10) == int(number[8])


def _hungarian_tax(number: str) -> bool:
    return number[0] == "8" and remainder(number[:9], (1, 2, 3, 4, 5, 6, 7, 8, 9), 11) == int(number[9])


def _hungarian_personal(number: str) -> bool:
    weights = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10)
    check = int(number[10])
    return check in (remainder(number[:10], weights, 11), remainder(number[:10], weights[::-1], 11))


def _pesel(number: str) -> bool:
    return weighted(number, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1), 10)


def _nip(number: str) -> bool:
    return weighted(number, (6, 5, 7, 2, 3, 4, 5, 6, 7, -1), 11)


def _regon(number: str) -> bool:
    return remainder(number[:8], (8, 9, 2, 3, 4, 5, 6, 7), 11) % 10 == int(number[8])


def _romanian(number: str) -> bool:
    check = remainder(number[:12], (2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9), 11)
    return (1 if check == 10 else check) == int(number[12])


def _inn(number: str) -> bool:
    if len(number) == 10:
        return remainder(number[:9], (2, 4, 10, 3, 5, 9, 4, 6, 8), 11) % 10 == int(number[9])
    first = remainder(number[:10], (7, 2, 4, 10, 3, 5, 9, 4, 6, 8), 11) % 10
    second = remainder(number[:11], (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8), 11) % 10
    return number[10:] == f"{first}{second}"


def _snils(number: str) -> bool:
    return remainder(number[:9], (9, 8, 7, 6, 5, 4, 3, 2, 1), 101) % 100 == int(number[9:])


def _jmbg(number: str) -> bool:
    return -remainder(number[:12], (7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2), 11) % 11 % 10 == int(number[12])


def _ukrainian(number: str) -> bool:
    return remainder(number[:9], (-1, 5, 7, 9, 4, 6, 10, 5, 7), 11) % 10 == int(number[9])


RULES = (
    *national_id("bg_egn", r"\d{10}", _bulgarian, ("егн", "egn", "единен граждански номер", "bulgarian id")),
    *national_id("hr_oib", r"(?:HR ?)?\d{11}", _croatian, ("oib", "osobni identifikacijski broj", "croatian id")),
    *national_id(
        "cz_rc",
        r"\d{6}[ /\-]?\d{3,4}",
        _czech,
        (
            "rodné číslo",
            "rodne cislo",
            "rodného čísla",
            "rodné č",
            "rč",
            "r.č",
            "czech id",
            "slovak id",
            "birth number",
        ),
        trigger=r"\d/\d{4}",
        alone=r"\d{6}/\d{4}",
        alone_check=_czech_alone,
    ),
    *national_id(
        "hu_taj", digits(9), _hungarian_taj, ("taj", "taj szám", "taj-szám", "tajszám", "társadalombiztosítási")
    ),
    *national_id(
        "hu_tax", digits(10), _hungarian_tax, ("adóazonosító", "adóazonosító jel", "adószám", "hungarian tax")
    ),
    *national_id(
        "hu_personal",
        r"\d[ \-]?\d{6}[ \-]?\d{4}",
        _hungarian_personal,
        ("személyi szám", "személyi azonosító", "szemelyi szam", "hungarian id"),
    ),
    *national_id("pl_pesel", r"\d{11}", _pesel, ("pesel", "numer pesel", "nr pesel", "polish id")),
    *national_id("pl_nip", digits(10), _nip, ("nip", "numer nip", "nr nip", "identyfikacji podatkowej", "polish tax")),
    *national_id("pl_regon", r"\d{9}", _regon, ("regon",)),
    *national_id(
        "ro_cnp", r"[1-9]\d{12}", _romanian, ("cnp", "cod numeric personal", "codul numeric personal", "romanian id")
    ),
    *national_id("ru_inn", r"\d{12}|\d{10}", _inn, ("инн", "inn", "taxpayer number", "russian tax")),
    *national_id("ru_snils", r"\d{3}[ \-]?\d{3}[ \-]?\d{3}[ \-]?\d{2}", _snils, ("снилс", "snils")),
    *national_id(
        "yu_jmbg",
        r"\d{13}",
        _jmbg,
        (
            "jmbg",
            "јмбг",
            "emšo",
            "emso",
            "embg",
            "ембг",
            "matični broj",
            "maticni broj",
            "матични број",
            "matična številka",
        ),
    ),
    *national_id(
        "ua_rntrc",
        r"\d{10}",
        _ukrainian,
        ("рнокпп", "іпн", "ипн", "rnokpp", "ідентифікаційний номер", "податковий номер", "ipn", "ukrainian tax"),
    ),
)
