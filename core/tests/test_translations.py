"""The Spanish catalog says everything the sources say, with the same blanks to fill, and is what runs.

`make messages` brings new sentences into the catalog; a person translates them.
"""

import ast
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.password_validation import password_validators_help_texts
from django.template import Context, Template
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.models import Membership
from accounts.tests.signing_in import PASSWORD, type_password_again
from core import borrowed_words
from core.dates import Style
from mentorship.formats.es import formats

ROOT = Path(settings.BASE_DIR)
APPS = [ROOT / app for app in settings.INSTALLED_APPS if (ROOT / app).is_dir()]
FOLDER = ROOT / "locale" / "es" / "LC_MESSAGES"
FIELD = re.compile(r'^(msgctxt|msgid|msgid_plural|msgstr(?:\[\d\])?) ((?:".*"\s*)+)', re.MULTILINE)
BLANK = re.compile(r"%\(\w+\)[\d.]*[a-z]|%%|\{\w*\}|</?\w[^>]*>")

Message = tuple[str, str, str]
"""Context, singular, plural; empty where there is none."""


def read_catalog(text: str) -> dict[Message, tuple[str, ...]]:
    """The messages of a .po or .pot file and their translations, one for each number. The header is left out."""
    found = {}
    for block in text.split("\n\n"):
        said = {
            name: "".join(ast.literal_eval(line) for line in re.findall(r'".*"', lines)) for name, lines in FIELD.findall(block)
        }
        if said.get("msgid"):
            key = (said.get("msgctxt", ""), said["msgid"], said.get("msgid_plural", ""))
            found[key] = tuple(words for name, words in said.items() if name.startswith("msgstr"))
    return found


def mended(text: str) -> list[str]:
    """What the catalog has that nobody has looked at, or that nothing uses any more."""
    return re.findall(r"^#(?:, .*fuzzy.*|~ msgid .*)$", text, flags=re.MULTILINE)


def blanks(text: str) -> list[str]:
    """What the program fills in, the tags, and the line ends at both ends."""
    ends = [text[: len(text) - len(text.lstrip("\n"))], text[len(text.rstrip("\n")) :]]
    return sorted(set(BLANK.findall(text))) + ends


def differing(messages: dict[Message, tuple[str, ...]]) -> Iterator[tuple[str, str]]:
    """Translations whose blanks are not those of the English. The word for one may leave the number out, or keep it."""
    for (_context, singular, plural), said in messages.items():
        for number, words in enumerate(said):
            allowed = [blanks(plural or singular)] + ([blanks(singular)] if number == 0 else [])
            if blanks(words) not in allowed:
                yield singular, words


@pytest.fixture(scope="module")
def catalog() -> dict[Message, tuple[str, ...]]:
    return read_catalog((FOLDER / "django.po").read_text())


@pytest.mark.once
def test_every_sentence_of_the_sources_is_in_the_catalog(catalog: dict[Message, tuple[str, ...]], tmp_path: Path) -> None:
    sources = tmp_path / "sources"
    shutil.copytree(ROOT, sources, ignore=shutil.ignore_patterns(".*", "var", "docs", "static", "__pycache__"))
    subprocess.run(
        [sys.executable, "manage.py", "makemessages", "--locale", "es", "--no-location", "--keep-pot"],
        env={"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path / "var")},
        cwd=sources,
        capture_output=True,
        timeout=120,
        check=True,
    )

    said = set(read_catalog((sources / "locale" / "django.pot").read_text()))

    assert len(said) > 1000
    assert sorted(said - set(catalog)) == []
    assert sorted(set(catalog) - said) == []


TRANSLATES = re.compile(r"_|n?p?gettext(_lazy)?")


def hidden_in_f_strings(source: str) -> list[str]:
    """Sentences asked for inside an f-string, where gettext does not look: no catalog learns of them."""
    calls = (call for text in ast.walk(ast.parse(source)) if isinstance(text, ast.JoinedStr) for call in ast.walk(text))
    named = ((getattr(call.func, "id", getattr(call.func, "attr", "")), call) for call in calls if isinstance(call, ast.Call))
    return [ast.unparse(call) for name, call in named if TRANSLATES.fullmatch(name)]


@pytest.mark.once
def test_no_sentence_is_asked_for_where_gettext_does_not_look() -> None:
    sources = [path for app in (*APPS, ROOT / "mentorship") for path in app.rglob("*.py") if "tests" not in path.parts]

    assert [found for path in sources for found in hidden_in_f_strings(path.read_text())] == []
    assert hidden_in_f_strings("""said = f"{_('Saved.')} {told}" """) == ["_('Saved.')"]


@pytest.mark.once
def test_every_sentence_is_translated_and_looked_at(catalog: dict[Message, tuple[str, ...]]) -> None:
    assert [key for key, said in catalog.items() if not all(said) or len(said) != (2 if key[2] else 1)] == []
    assert mended((FOLDER / "django.po").read_text()) == []


@pytest.mark.once
def test_every_translation_has_the_blanks_of_the_english(catalog: dict[Message, tuple[str, ...]]) -> None:
    assert list(differing(catalog)) == []


@pytest.mark.once
def test_compiled_catalog_says_what_the_catalog_says(catalog: dict[Message, tuple[str, ...]]) -> None:
    compiled = subprocess.run(
        ["msgunfmt", FOLDER / "django.mo"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        env={**os.environ, "LC_ALL": "C"},
    )

    assert read_catalog(compiled.stdout) == catalog


@pytest.mark.once
@pytest.mark.parametrize(
    ("english", "spanish"),
    [
        ("Hello, %(name)s", "Hola, %(nombre)s"),
        ("%(days)d days", "%(days)s días"),
        ("%(known)s %% known", "se conoce el %(known)s"),
        ('<a href="%(url)s">Mail</a>', "%(url)s"),
        ("Sign in\n", "Inicia sesión"),
        ("{mentor} sees it", "Alguien lo ve"),
    ],
)
def test_planted_difference_of_blanks_is_found(english: str, spanish: str) -> None:
    assert list(differing({("", english, ""): (spanish,)})) == [(english, spanish)]


@pytest.mark.once
def test_planted_fuzzy_and_unused_sentences_are_found() -> None:
    assert len(mended('#, fuzzy, python-format\nmsgid "a"\nmsgstr "b"\n\n#~ msgid "c"\n#~ msgstr "d"\n')) == 2


@pytest.mark.once
def test_every_style_of_date_has_a_spanish_order() -> None:
    assert sorted(formats.ASKED_FOR) == sorted(Style)


@pytest.mark.once
def test_dates_and_numbers_are_written_as_spanish_writes_them() -> None:
    template = Template("{{ at|moment|striptags }} | {{ at|dated|striptags }} | {{ points|floatformat:1 }}")
    context = Context({"at": datetime(2026, 3, 2, 17, 30, tzinfo=UTC), "points": 18.25})

    with translation.override("es"):
        spanish = template.render(context)

    assert template.render(context) == "Mon, Mar 2, 5:30 PM | Mar 2, 2026 | 18.3"
    assert spanish == "lun 2 mar, 5:30 p.m. | 2 mar 2026 | 18.3"


@pytest.mark.once
def test_sentences_taken_over_from_django_are_said_informally() -> None:
    with translation.override("es"):
        help_texts = password_validators_help_texts()
        said = [str(sentence) for sentence in borrowed_words.SENTENCES]

    assert help_texts == [
        "Tu contraseña no puede parecerse demasiado a tus otros datos personales.",
        "Tu contraseña debe tener al menos 10 caracteres.",
        "Tu contraseña no puede ser una de las que usa mucha gente.",
        "Tu contraseña no puede tener solo números.",
    ]
    assert [words for words in said if re.search(r"\b(su|introduzca|escoja|asegúrese)\b", words, re.IGNORECASE)] == []


@pytest.mark.once
def test_sentences_taken_over_are_still_those_of_django() -> None:
    """A renamed one would stand here for nothing."""
    folders = [Path(sys.modules["django"].__path__[0]) / place / "locale/es/LC_MESSAGES" for place in ("conf", "contrib/auth")]
    theirs = {key[1] for folder in folders for key in read_catalog((folder / "django.po").read_text())}
    with translation.override("en"):
        ours = {str(sentence) for sentence in borrowed_words.SENTENCES}

    assert ours - theirs == set()


def test_page_is_spanish_for_a_person_who_reads_spanish(ben: Membership, sign_in: Callable[[Membership], Client]) -> None:
    ben.user.language = "es"
    ben.user.save()

    page = sign_in(ben).get(reverse("home")).content.decode()

    assert re.findall(r'<html lang="(\w+)"', page) == ["es"]
    assert re.findall(r"<h1[^>]*>\s*(.+?)\s*</h1>", page) == ["Hola, Ben"]


def test_support_page_is_spanish_for_a_browser_that_asks_for_it(client: Client, db: None) -> None:
    page = client.get(reverse("core:support"), HTTP_ACCEPT_LANGUAGE="es-US,es;q=0.9").content.decode()

    assert re.findall(r"<h1[^>]*>\s*(.+?)\s*</h1>", page) == ["Apoyo ahora"]
    assert "Enviar AYUDA al 741741" in page


def test_key_is_named_in_spanish(ben: Membership, sign_in: Callable[[Membership], Client]) -> None:
    ben.user.language = "es"
    ben.user.set_password(PASSWORD)
    ben.user.save()
    client = sign_in(ben)
    type_password_again(client)

    page = client.get(reverse("mfa_add_webauthn")).content.decode()

    assert re.findall(r'<label for="id_name"[^>]*>\s*(\w+)', page) == ["Nombre"]
