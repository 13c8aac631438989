"""Passports, driving licences and dates of birth: no check digits, so each needs its label."""

from __future__ import annotations

import re

from spanwise.processors.pii.rules import Candidate, Rule
from spanwise.processors.pii.surroundings import apart, unlinked

__all__ = ["RULES"]

_PASSPORT_WORDS = (
    *(
        "passport",
        "passport no",
        "passport number",
        "passport nr",
        "passport #",
        "passeport",
        "reisepass",
        "reisepassnummer",
    ),
    *(
        "pasaporte",
        "passaporto",
        "passaporte",
        "paspoort",
        "paspoortnummer",
        "pass-nr",
        "passnummer",
        "paszport",
        "pas",
    ),
    *(
        "паспорт",
        "загранпаспорт",
        "护照",
        "護照",
        "パスポート",
        "旅券番号",
        "여권",
        "جواز السفر",
        "पासपोर्ट",
        "pasaport",
    ),
)
_LICENSE_WORDS = (
    *("driver license", "drivers license", "driver's license", "driver licence", "driving licence", "driving license"),
    *(
        "drivers licence",
        "driver's licence",
        "license number",
        "licence number",
        "license no",
        "licence no",
        "dl number",
    ),
    *("dl no", "dl#", "dlno", "permis de conduire", "führerschein", "fuehrerschein", "führerscheinnummer", "patente"),
    *("licencia de conducir", "permiso de conducir", "carnet de conducir", "carta de condução", "cnh", "rijbewijs"),
    *(
        "rijbewijsnummer",
        "prawo jazdy",
        "körkort",
        "førerkort",
        "ajokortti",
        "водительское удостоверение",
        "驾驶证",
        "運転免許",
    ),
)
_BIRTH_WORDS = (
    *("date of birth", "birth date", "birthdate", "birthday", "dob", "d.o.b", "born", "born on", "born in", "bday"),
    *(
        "geburtsdatum",
        "geboren",
        "geb.",
        "geburtstag",
        "date de naissance",
        "né le",
        "née le",
        "né(e) le",
        "anniversaire",
    ),
    *("fecha de nacimiento", "nacido el", "nacida el", "nació", "data de nascimento", "nascido em", "nascida em"),
    *(
        "data di nascita",
        "nato il",
        "nata il",
        "geboortedatum",
        "data urodzenia",
        "urodzony",
        "urodzona",
        "födelsedatum",
    ),
    *("fødselsdato", "syntymäaika", "дата рождения", "родился", "родилась", "出生日期", "生日", "生年月日", "생년월일"),
    *("تاريخ الميلاد", "जन्म तिथि", "doğum tarihi", "datum narození", "születési dátum"),
)
_MONTH = (
    r"(?i:jan(?:uary|uar|vier|eiro)?|feb(?:ruary|ruar|brero|braio)?|f[e\xe9]v(?:rier|ereiro)?|m(?:ar(?:ch|s|zo|co)?|[a\xe4]rz)"
    r"|ap(?:r(?:il|ile)?|ril)|avr(?:il)?|abr(?:il)?|ma(?:y|i|yo|io|ggio)|june?|juni|juin|jun(?:io|ho)?|july?|juli|juil(?:let)?"
    r"|jul(?:io|ho)?|aug(?:ust)?|ago(?:sto)?|ao[u\xfb]t|sep(?:t(?:ember|embre|iembre)?)?|set(?:embro|tembre)?"
    r"|o[ck]t(?:ober|obre|ubre)?|out(?:ubro)?|nov(?:ember|embre|iembre|embro)?|de[cz](?:ember|embre|iembre|embro)?|dic(?:iembre|embre)?)"
)
_DATE = (
    r"(?:\d{4}[./\-]\d{1,2}[./\-]\d{1,2}|\d{1,2}[./\-]\d{1,2}[./\-](?:\d{4}|\d{2})"
    rf"|\d{{1,2}}(?:st|nd|rd|th|\.)?(?: de| of)? {_MONTH}\.?,?(?: de)? \d{{4}}"
    rf"|{_MONTH}\.? \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}})"
)


def _is_document(candidate: Candidate) -> bool:
    """Five digits, or capitals with three among them: no word and no year."""
    value = candidate.value
    digits = sum(map(str.isdigit, value))
    enough = digits >= 5 or (digits >= 3 and value.isupper() and len(value) >= 8)
    return enough and unlinked(candidate, "./#-")


def _is_birth_date(candidate: Candidate) -> bool:
    numbers = [int(number) for number in re.findall(r"\d+", candidate.value)]
    return apart(candidate) and all(number <= 31 or 1900 <= number <= 2100 or number < 100 for number in numbers)


RULES = (
    Rule(
        name="passport",
        type="PASSPORT",
        pattern=r"(?:^|[^A-Za-z0-9])([A-Z]{1,3} ?\d{5,8}|\d{2} ?\d{2} ?\d{5,6}|[A-Za-z0-9]{6,11})",
        validate=_is_document,
        context=_PASSPORT_WORDS,
        window=28,
        trigger=r"\d{5}|[A-Za-z]\d\d|\d[A-Za-z]\d",
        score=0.68,
    ),
    Rule(
        name="driver_license",
        type="DRIVER_LICENSE",
        pattern=r"(?:^|[^A-Za-z0-9])([A-Z]{0,3}[\- ]?\d(?:[\- ]?\d){4,12}[A-Z]?|[A-Za-z0-9]{6,18})",
        validate=_is_document,
        context=_LICENSE_WORDS,
        window=28,
        trigger=r"\d{5}|[A-Za-z]\d\d|\d[A-Za-z]\d",
        score=0.67,
    ),
    Rule(
        name="date_of_birth",
        type="DATE_OF_BIRTH",
        pattern=rf"(?:^|[^A-Za-z0-9])({_DATE})",
        validate=_is_birth_date,
        context=_BIRTH_WORDS,
        window=28,
        trigger=r"\d[./\-]\d{1,2}[./\-]\d|[A-Za-z.,] (?:19|20)\d\d|\d(?:st|nd|rd|th)?,? (?:19|20)\d\d",
        score=0.69,
    ),
)
