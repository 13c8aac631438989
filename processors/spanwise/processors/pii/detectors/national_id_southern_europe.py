"""National numbers: Greece, Italy, Portugal, Spain, Turkey."""

from __future__ import annotations

from spanwise.processors.pii.checksums import luhn, remainder
from spanwise.processors.pii.national import digits, is_date, national_id

__all__ = ["RULES"]

_SPANISH = "TRWAGMYFPDXBNJZSQVHLCKE"
_ITALIAN_ODD = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23)
_ITALIAN = r"[A-Z]{6}[0-9LMNPQRSTUV]{2}[ABCDEHLMPRST][0-9LMNPQRSTUV]{2}[A-Z][0-9LMNPQRSTUV]{3}[A-Z]"


def _spanish(number: str) -> bool:
    plain = number[:-1].replace("X", "0").replace("Y", "1").replace("Z", "2")
    return plain.isdigit() and _SPANISH[int(plain) % 23] == number[-1]


def _spanish_company(number: str) -> bool:
    total = sum(int(d) for d in number[2:8:2]) + sum(sum(divmod(2 * int(d), 10)) for d in number[1:8:2])
    check = -total % 10
    return number[8] in (str(check), "JABCDEFGHI"[check])


def _greek_tax(number: str) -> bool:
    return remainder(number[:8], (256, 128, 64, 32, 16, 8, 4, 2), 11) % 10 == int(number[8])


def _greek_amka(number: str) -> bool:
    return luhn(number) and is_date(number[4:6], number[2:4], number[:2])


def _italian(code: str) -> bool:
    total = 0
    for position, character in enumerate(code[:15]):
        value = int(character) if character.isdigit() else ord(character) - 65
        total += value if position % 2 else _ITALIAN_ODD[value]
    return chr(65 + total % 26) == code[15]


def _portuguese(number: str) -> bool:
    plain = number.removeprefix("PT")
    return -remainder(plain[:8], (9, 8, 7, 6, 5, 4, 3, 2), 11) % 11 % 10 == int(plain[8])


def _turkish(number: str) -> bool:
    odd, even = sum(map(int, number[0:9:2])), sum(map(int, number[1:8:2]))
    return (7 * odd - even) % 10 == int(number[9]) and sum(map(int, number[:10])) % 10 == int(number[10])


RULES = (
    *national_id(
        "es_dni",
        r"\d{2}[.]?\d{3}[.]?\d{3}[ \-]?[A-HJ-NP-TV-Za-hj-np-tv-z]",
        _spanish,
        (
            "dni",
            "nif",
            "documento nacional de identidad",
            "d.n.i",
            "documento de identidad",
            "spanish id",
            "carnet de identidad",
        ),
    ),
    *national_id(
        "es_nie",
        r"[XYZxyz][ \-]?\d{7}[ \-]?[A-HJ-NP-TV-Za-hj-np-tv-z]",
        _spanish,
        ("nie", "n.i.e", "número de identidad de extranjero", "identidad de extranjero", "nif", "dni", "foreigner id"),
        trigger=r"[XYZ]-?\d{7}",
        alone=r"[XYZ]-?\d{7}-?[A-HJ-NP-TV-Z]",
    ),
    *national_id(
        "es_cif",
        r"[ABCDEFGHJNPQRSUVWabcdefghjnpqrsuvw][ \-]?\d{7}[ \-]?[0-9A-Ja-j]",
        _spanish_company,
        ("cif", "c.i.f", "nif"),
    ),
    *national_id(
        "gr_afm",
        digits(9),
        _greek_tax,
        ("αφμ", "α.φ.μ", "afm", "a.f.m", "αριθμός φορολογικού μητρώου", "greek tax"),
    ),
    *national_id("gr_amka", r"\d{11}", _greek_amka, ("αμκα", "α.μ.κ.α", "amka", "greek social security")),
    *national_id(
        "it_codice_fiscale",
        f"(?i:{_ITALIAN})",
        _italian,
        ("codice fiscale", "cod. fisc", "c.f", "cf", "italian tax code", "italian fiscal code"),
        trigger=r"[ABCDEHLMPRST][0-9LMNPQRSTUV]{2}[A-Z][0-9LMNPQRSTUV]{3}[A-Z]",
        alone=_ITALIAN,
    ),
    *national_id(
        "it_iva",
        r"(?:IT ?)?\d{11}",
        lambda number: luhn(number.removeprefix("IT")),
        ("partita iva", "p.iva", "p. iva", "piva"),
    ),
    *national_id(
        "pt_nif",
        r"(?:PT ?)?" + digits(9),
        _portuguese,
        ("nif", "contribuinte", "nipc", "número de identificação fiscal", "número fiscal", "portuguese tax", "niss"),
    ),
    *national_id(
        "tr_tckimlik",
        r"[1-9]\d{10}",
        _turkish,
        (
            "tc kimlik",
            "t.c. kimlik",
            "kimlik no",
            "kimlik numarası",
            "kimlik",
            "tckn",
            "tc no",
            "turkish id",
            "vatandaşlık numarası",
        ),
    ),
)
