"""Where to find help at once, by country. Only well-known public numbers.

Countries are ISO 3166-1 alpha-2. A country that is not here gets the emergency advice alone: a wrong number is worse
than none.
"""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core import canonical
from core.policy import public

Words = str | Promise


@dataclass(frozen=True)
class SupportLine:
    """One service. `call` and `text` are numbers as people write them; `say` is the word to send; `chat` an address."""

    name: Words
    about: Words
    call: str = ""
    text: str = ""
    say: Words = ""
    chat: str = ""

    @property
    def call_link(self) -> str:
        return f"tel:{_digits(self.call)}"

    @property
    def text_link(self) -> str:
        return f"sms:{_digits(self.text)}"


@dataclass(frozen=True)
class Country:
    name: Words
    emergency: tuple[str, ...]
    lines: tuple[SupportLine, ...]

    @property
    def emergency_links(self) -> list[tuple[str, str]]:
        return [(number, f"tel:{_digits(number)}") for number in self.emergency]


def _digits(number: str) -> str:
    return "".join(character for character in number if character.isdigit() or character == "+")


DAY_AND_NIGHT = _("Someone to talk to, day and night. Free.")
ALCOHOL_DAY_AND_NIGHT = _("Help with alcohol and drugs, day and night. Free.")
ALCOHOL = _("Help with alcohol and drugs. Hours vary.")

COUNTRIES: dict[str, Country] = {
    "US": Country(
        _("United States"),
        ("911",),
        (
            SupportLine(
                _("988 Suicide & Crisis Lifeline"), DAY_AND_NIGHT, call="988", text="988", chat="https://988lifeline.org/chat/"
            ),
            SupportLine(_("SAMHSA National Helpline"), ALCOHOL_DAY_AND_NIGHT, call="1-800-662-4357"),
            SupportLine(_("Crisis Text Line"), DAY_AND_NIGHT, text="741741", say=_("HOME")),
        ),
    ),
    "AR": Country(
        _("Argentina"),
        ("911", "107"),
        (SupportLine("SEDRONAR", ALCOHOL_DAY_AND_NIGHT, call="141"),),
    ),
    "AT": Country(
        _("Austria"),
        ("112", "144"),
        (SupportLine("Telefonseelsorge", DAY_AND_NIGHT, call="142", chat="https://www.telefonseelsorge.at/"),),
    ),
    "AU": Country(
        _("Australia"),
        ("000",),
        (
            SupportLine("Lifeline", DAY_AND_NIGHT, call="13 11 14", text="0477 13 11 14", chat="https://www.lifeline.org.au/"),
            SupportLine(_("National Alcohol and Other Drug Hotline"), ALCOHOL_DAY_AND_NIGHT, call="1800 250 015"),
        ),
    ),
    "BR": Country(
        _("Brazil"),
        ("192", "190"),
        (SupportLine("CVV", DAY_AND_NIGHT, call="188", chat="https://cvv.org.br/"),),
    ),
    "CA": Country(
        _("Canada"),
        ("911",),
        (SupportLine(_("988 Suicide Crisis Helpline"), DAY_AND_NIGHT, call="988", text="988"),),
    ),
    "CH": Country(
        _("Switzerland"),
        ("112", "144"),
        (SupportLine("Die Dargebotene Hand / La Main Tendue", DAY_AND_NIGHT, call="143", chat="https://www.143.ch/"),),
    ),
    "DE": Country(
        _("Germany"),
        ("112",),
        (
            SupportLine("TelefonSeelsorge", DAY_AND_NIGHT, call="0800 111 0 111", chat="https://online.telefonseelsorge.de/"),
            SupportLine("TelefonSeelsorge", DAY_AND_NIGHT, call="116 123"),
        ),
    ),
    "ES": Country(
        _("Spain"),
        ("112",),
        (
            SupportLine(_("Line 024, Ministry of Health"), DAY_AND_NIGHT, call="024"),
            SupportLine("Teléfono de la Esperanza", _("Someone to talk to, day and night."), call="717 003 717"),
        ),
    ),
    "FR": Country(
        _("France"),
        ("112", "15"),
        (
            SupportLine("3114", DAY_AND_NIGHT, call="3114"),
            SupportLine("Alcool Info Service", ALCOHOL, call="0 980 980 930", chat="https://www.alcool-info-service.fr/"),
        ),
    ),
    "GB": Country(
        _("United Kingdom"),
        ("999", "112"),
        (
            SupportLine("Samaritans", DAY_AND_NIGHT, call="116 123"),
            SupportLine("Shout", DAY_AND_NIGHT, text="85258", say="SHOUT"),
            SupportLine("Drinkline", ALCOHOL, call="0300 123 1110"),
        ),
    ),
    "IE": Country(
        _("Ireland"),
        ("112", "999"),
        (
            SupportLine("Samaritans", DAY_AND_NIGHT, call="116 123"),
            SupportLine("Text About It", DAY_AND_NIGHT, text="50808", say="HELLO"),
            SupportLine(_("HSE Drugs and Alcohol Helpline"), ALCOHOL, call="1800 459 459"),
        ),
    ),
    "IN": Country(
        _("India"),
        ("112",),
        (SupportLine("Tele-MANAS", DAY_AND_NIGHT, call="14416"),),
    ),
    "IT": Country(
        _("Italy"),
        ("112",),
        (SupportLine("Telefono Verde Alcol", ALCOHOL, call="800 632000"),),
    ),
    "MX": Country(
        _("Mexico"),
        ("911",),
        (SupportLine("Línea de la Vida", ALCOHOL_DAY_AND_NIGHT, call="800 911 2000"),),
    ),
    "NL": Country(
        _("Netherlands"),
        ("112",),
        (SupportLine("113 Zelfmoordpreventie", DAY_AND_NIGHT, call="0800 0113", chat="https://www.113.nl/"),),
    ),
    "NZ": Country(
        _("New Zealand"),
        ("111",),
        (
            SupportLine("1737", DAY_AND_NIGHT, call="1737", text="1737"),
            SupportLine(_("Alcohol Drug Helpline"), ALCOHOL_DAY_AND_NIGHT, call="0800 787 797", text="8681"),
        ),
    ),
    "ZA": Country(
        _("South Africa"),
        ("112", "10177"),
        (SupportLine("SADAG", DAY_AND_NIGHT, call="0800 567 567"),),
    ),
}

ELSEWHERE = "other"


@public(threads="help")
def support(request: HttpRequest) -> HttpResponse:
    """Crisis lines: of the country asked for, else of the program's country, else of the United States with a choice."""
    membership = getattr(request, "membership", None)
    home = membership.program.country if membership else "US"
    code = request.GET.get("country") or home
    choices = sorted(
        ((key, str(country.name)) for key, country in COUNTRIES.items()), key=lambda choice: canonical.name_key(choice[1])
    )
    context = {"country": COUNTRIES.get(code.upper()), "code": code.upper(), "choices": choices, "elsewhere": ELSEWHERE}
    return render(request, "core/support.html", context)
