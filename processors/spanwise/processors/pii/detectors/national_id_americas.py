"""National numbers of Argentina, Brazil, Canada, Chile, Mexico, Peru, the US, Uruguay, Venezuela and others."""

from __future__ import annotations

from spanwise.processors.pii.checksums import luhn, remainder
from spanwise.processors.pii.national import is_date, national_id

__all__ = ["RULES"]

_CURP = "0123456789ABCDEFGHIJKLMN&OPQRSTUVWXYZ"
_CURP_PATTERN = r"[A-Z]{4}\d{6}[HMX][A-Z]{2}[B-DF-HJ-NP-TV-Z]{3}[0-9A-Z]\d"
_ITIN_GROUPS = frozenset({*range(50, 66), *range(70, 89), *range(90, 93), *range(94, 100)})
_CIPHERS = (3, 7, 13, 17, 19, 23, 29, 37, 41, 43, 47, 53, 59, 67, 71)


def _cuit(number: str) -> bool:
    return "012345678990"[11 - remainder(number[:10], (5, 4, 3, 2, 7, 6, 5, 4, 3, 2), 11)] == number[10]


def _cpf(number: str) -> bool:
    first = -remainder(number[:9], range(10, 1, -1), 11) % 11 % 10
    second = -remainder(number[:10], range(11, 1, -1), 11) % 11 % 10
    return number[9:] == f"{first}{second}" and len(set(number)) > 1


def _cnpj(number: str) -> bool:
    first = -remainder(number[:12], (5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2), 11) % 11 % 10
    second = -remainder(number[:13], (6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2), 11) % 11 % 10
    return number[12:] == f"{first}{second}" and len(set(number)) > 1


def _sin(number: str) -> bool:
    return luhn(number) and len(set(number)) > 1


def _rut(number: str) -> bool:
    body = number[-2::-1]
    return "0123456789K0"[-remainder(body, (2, 3, 4, 5, 6, 7, 2, 3), 11) % 11] == number[-1]


def _nit(number: str) -> bool:
    return "01987654321"[remainder(number[-2::-1], _CIPHERS, 11)] == number[-1]


def _curp(code: str) -> bool:
    total = sum((18 - position) * _CURP.index(character) for position, character in enumerate(code[:17]))
    return str(-total % 10) == code[17]


def _ruc(number: str) -> bool:
    return (11 - remainder(number[:10], (5, 4, 3, 2, 7, 6, 5, 4, 3, 2), 11)) % 10 == int(number[10])


def _uruguayan(number: str) -> bool:
    padded = number.zfill(8)
    return -remainder(padded[:7], (2, 9, 8, 7, 6, 3, 4), 10) % 10 == int(padded[7])


def _venezuelan(code: str) -> bool:
    total = {"V": 4, "E": 8, "J": 12, "P": 16, "G": 20}[code[0]] + remainder(code[1:9], (3, 2, 7, 6, 5, 4, 3, 2), 1000)
    return "00987654321"[total % 11] == code[9]


def _itin(number: str) -> bool:
    return int(number[3:5]) in _ITIN_GROUPS


def _npi(number: str) -> bool:
    return luhn("80840" + number)


def _rfc(code: str) -> bool:
    start = len(code) - 9
    return is_date(code[start : start + 2], code[start + 2 : start + 4], code[start + 4 : start + 6])


def _anything(number: str) -> bool:
    return len(set(number)) > 2


RULES = (
    *national_id(
        "ar_cuit",
        r"\d{2}[ \-]?\d{8}[ \-]?\d",
        _cuit,
        ("cuit", "cuil", "c.u.i.t", "argentine tax"),
        trigger=r"\d-\d{8}-\d",
        alone=r"(?:20|23|24|27|30|33|34)-\d{8}-\d",
    ),
    *national_id("ar_dni", r"\d{2}[.]?\d{3}[.]?\d{3}", _anything, ("dni", "d.n.i", "documento nacional")),
    *national_id(
        "br_cpf",
        r"\d{3}[. ]?\d{3}[. ]?\d{3}[ \-]?\d{2}",
        _cpf,
        ("cpf", "c.p.f", "cadastro de pessoas", "brazilian id"),
        trigger=r"\d\.\d{3}\.\d{3}-\d\d",
        alone=r"\d{3}\.\d{3}\.\d{3}-\d{2}",
    ),
    *national_id(
        "br_cnpj",
        r"\d{2}[. ]?\d{3}[. ]?\d{3}[/ ]?\d{4}[ \-]?\d{2}",
        _cnpj,
        ("cnpj", "c.n.p.j", "cadastro nacional"),
        trigger=r"\d/\d{4}-\d\d",
        alone=r"\d{2}\.\d{3}\.\d{3}/\d{4}-\d{2}",
    ),
    *national_id(
        "ca_sin",
        r"\d{3}[ \-]?\d{3}[ \-]?\d{3}",
        _sin,
        (
            "sin",
            "social insurance",
            "sin number",
            "numéro d'assurance sociale",
            "nas",
            "assurance sociale",
            "canadian sin",
        ),
    ),
    *national_id(
        "cl_rut",
        r"\d{1,2}[.]?\d{3}[.]?\d{3}[ \-]?[0-9Kk]",
        _rut,
        ("rut", "run", "r.u.t", "rol único", "chilean id"),
        trigger=r"\d\.\d{3}\.\d{3}-[0-9Kk]",
        alone=r"\d{1,2}\.\d{3}\.\d{3}-[0-9Kk]",
    ),
    *national_id(
        "co_nit", r"\d{3}[.]?\d{3}[.]?\d{3}[ \-]?\d", _nit, ("nit", "n.i.t", "número de identificación tributaria")
    ),
    *national_id(
        "co_cedula",
        r"\d{1,2}[.]?\d{3}[.]?\d{3}(?:[.]?\d{3})?",
        _anything,
        ("cédula", "cedula", "cédula de ciudadanía", "cédula de identidad", "c.c."),
    ),
    *national_id(
        "cr_cedula",
        r"0?[1-9]-0?\d{3,4}-0?\d{3,4}",
        _anything,
        ("cédula", "cedula", "cédula de identidad", "costa rican id"),
    ),
    *national_id(
        "do_cedula", r"\d{3}[ \-]?\d{7}[ \-]?\d", luhn, ("cédula", "cedula", "dominican id", "cédula de identidad")
    ),
    *national_id("ec_ci", r"[0-3]\d{8}-?\d", luhn, ("cédula", "cedula", "ci", "c.i", "ecuadorian id")),
    *national_id("gt_nit", r"\d{7,8}-?[0-9Kk]", _anything, ("guatemalan nit", "nit guatemala", "guatemalan tax")),
    *national_id(
        "mx_curp",
        f"(?i:{_CURP_PATTERN})",
        _curp,
        ("curp", "clave única", "clave unica", "mexican id"),
        trigger=r"\d[HMX][A-Z]{5}[0-9A-Z]\d",
        alone=_CURP_PATTERN,
    ),
    *national_id(
        "mx_rfc",
        r"[A-Z&a-z]{3,4}[ \-]?\d{6}[ \-]?[0-9A-Za-z]{3}",
        _rfc,
        ("rfc", "r.f.c", "registro federal", "mexican tax"),
    ),
    *national_id("pe_dni", r"\d{8}(?:-?[0-9A-Z])?", _anything, ("dni", "documento nacional", "peruvian id")),
    *national_id("pe_ruc", r"(?:10|15|16|17|20)\d{9}", _ruc, ("ruc", "r.u.c", "registro único")),
    *national_id("py_ruc", r"\d{5,8}-\d", _anything, ("ruc", "r.u.c")),
    *national_id(
        "us_itin",
        r"9\d{2}[ \-]?\d{2}[ \-]?\d{4}",
        _itin,
        ("itin", "individual taxpayer", "taxpayer identification", "tin", "tax id"),
        trigger=r"\d-\d\d-\d{4}",
        alone=r"9\d{2}-\d{2}-\d{4}",
    ),
    *national_id(
        "us_ein",
        r"\d{2}-\d{7}",
        _anything,
        ("ein", "employer identification", "fein", "federal tax id", "tax id", "tin"),
    ),
    *national_id("us_npi", r"[12]\d{9}", _npi, ("npi", "national provider")),
    *national_id(
        "us_mbi",
        r"[1-9][A-HJKMNP-RT-Y][0-9A-HJKMNP-RT-Y]\d-?[A-HJKMNP-RT-Y][0-9A-HJKMNP-RT-Y]\d-?[A-HJKMNP-RT-Y]{2}\d\d",
        _anything,
        ("mbi", "medicare", "medicare beneficiary", "medicare number"),
    ),
    *national_id(
        "uy_ci", r"\d[.]?\d{3}[.]?\d{3}[ \-]?\d", _uruguayan, ("cédula", "cedula", "ci", "c.i", "cédula de identidad")
    ),
    *national_id(
        "ve_rif", r"[VEJPGvejpg][ \-]?\d{8}[ \-]?\d", _venezuelan, ("rif", "r.i.f", "registro de información fiscal")
    ),
    *national_id("ve_cedula", r"[VEve][ \-]?\d{1,2}[.]?\d{3}[.]?\d{3}", _anything, ("cédula", "cedula", "ci", "c.i")),
)
