"""The words of docs/practice.md: what people read never says any of these. What people write themselves is never touched."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

BANNED = re.compile(
    r"\b("
    r"alcoholi\w*|addict\w*|abus(e|es|ed|er|ers|ing|ive)|clean|dirty|relaps\w*|failed|non-?\s?complian\w*|"
    r"alcohólic\w*|adict\w*|abus(o|os|ar|ó|ado)|limpi[oa]s?|suci[oa]s?|reca(íd|id|er|y)\w*|fracas\w*|fallid\w*|incumplid\w*"
    r")\b",
    re.IGNORECASE,
)
GETTEXT = {
    "_",
    "gettext",
    "gettext_lazy",
    "gettext_noop",
    "ngettext",
    "ngettext_lazy",
    "pgettext",
    "pgettext_lazy",
    "npgettext",
}
ROOT = Path(settings.BASE_DIR)
OURS = [app for app in settings.INSTALLED_APPS if (ROOT / app).is_dir()] + ["mentorship"]


def in_template(source: str) -> Iterator[str]:
    """What a template can show: its text, its attributes, and the texts inside its tags; no comments, no names."""
    source = re.sub(r"\{#.*?#\}|\{% comment.*?endcomment %\}|<!--.*?-->", " ", source, flags=re.DOTALL)
    tags = re.findall(r"\{[%{](.*?)[%}]\}", source, flags=re.DOTALL)
    yield re.sub(r"\{[%{].*?[%}]\}", " ", source, flags=re.DOTALL)
    for tag in tags:
        yield from (one or other for one, other in re.findall(r'"([^"]*)"|\'([^\']*)\'', tag))


def in_python(source: str) -> Iterator[str]:
    """Every text handed to gettext, by whatever name of it."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in GETTEXT:
            texts = (part for arg in node.args for part in ast.walk(arg) if isinstance(part, ast.Constant))
            yield from (part.value for part in texts if isinstance(part.value, str))


def in_catalog(source: str) -> Iterator[str]:
    """Every translation of a .po file."""
    for entry in re.findall(r'^msgstr(?:\[\d\])? ((?:".*"\s*)+)', source, flags=re.MULTILINE):
        yield "".join(ast.literal_eval(line) for line in re.findall(r'".*"', entry))


def _texts() -> Iterator[tuple[Path, str]]:
    templates = [*(ROOT / "templates").rglob("*"), *(path for app in OURS for path in (ROOT / app).glob("templates/**/*"))]
    for path in templates:
        if path.is_file():
            yield from ((path, text) for text in in_template(path.read_text()))
    for app in OURS:
        for path in (ROOT / app).rglob("*.py"):
            if "tests" not in path.parts:
                yield from ((path, text) for text in in_python(path.read_text()))
    for path in (ROOT / "locale").rglob("*.po"):
        yield from ((path, text) for text in in_catalog(path.read_text()))


def test_nothing_people_read_says_a_banned_word() -> None:
    found = [(str(path.relative_to(ROOT)), match[0], text) for path, text in _texts() for match in BANNED.finditer(text)]

    assert found == []


def test_templates_and_messages_are_read_at_all() -> None:
    texts = list(_texts())

    assert len({path for path, _text in texts if path.suffix == ".html"}) > 10
    assert len([text for path, text in texts if path.suffix == ".py"]) > 100


@pytest.mark.parametrize(
    "word",
    ["Alcoholic", "addict", "addiction", "abuse", "clean", "dirty", "relapse", "relapsed", "failed", "non-compliant"],
)
def test_planted_word_is_found_wherever_people_read(word: str) -> None:
    places = [
        *in_template(f'<p title="It is {word}.">{{% translate "x" %}}</p>'),
        *in_template(f"{{% translate 'It is {word}.' as lead %}}"),
        *in_template(f"{{% blocktranslate trimmed %}}\n  It is\n  {word}.\n{{% endblocktranslate %}}"),
        *in_python(f"message = _('It is '\n 'so {word}.')"),
        *in_python(f"from django.utils import translation\ntranslation.ngettext('one', 'It is {word}.', 2)"),
        *in_catalog(f'msgid "ok"\nmsgstr ""\n"It is "\n"{word}."\n'),
        *in_catalog(f'msgid "ok"\nmsgid_plural "oks"\nmsgstr[0] "ok"\nmsgstr[1] "It is {word}."\n'),
    ]

    assert len([text for text in places if BANNED.search(text)]) == 7


@pytest.mark.parametrize(
    "word", ["alcohólico", "adicta", "abuso", "limpio", "sucia", "recaída", "recayó", "fracasó", "incumplidor"]
)
def test_planted_spanish_word_is_found(word: str) -> None:
    assert [bool(BANNED.search(text)) for text in in_catalog(f'msgid "ok"\nmsgstr "Es {word}."\n')] == [True]


@pytest.mark.parametrize(
    "source",
    [
        "{# a clean start #}",
        "<!-- dirty -->",
        "{% comment %}relapse{% endcomment %}",
        "{{ form.failed }}",
        "{% if failed %}x{% endif %}",
    ],
)
def test_words_nobody_reads_are_left_alone(source: str) -> None:
    assert [text for text in in_template(source) if BANNED.search(text)] == []
    assert list(in_python("def clean():\n    raise ValueError('failed')")) == []


@pytest.mark.parametrize(
    "text", ["alcohol use disorder", "a cleaning shift", "return to drinking", "session gap", "Without fail."]
)
def test_words_that_may_be_used_pass(text: str) -> None:
    assert BANNED.search(text) is None
