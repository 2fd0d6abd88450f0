"""Put what a person typed back into a page that was drawn without it, and say what finds no place there."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from itertools import accumulate
from urllib.parse import urlsplit

from django.http import QueryDict
from django.utils.html import escape

Attributes = dict[str, str | None]
NOT_TYPED = frozenset({"button", "file", "hidden", "image", "password", "reset", "submit"})
WRITTEN_IN = "written_in"
"""The hidden inputs that say which fields of a form are for words: the name, a space, and how the page calls it. So words can
be shown where their form is gone."""
AS_READ = "as_read"
"""The hidden input of a form that several people fill in: a mark of what was saved when its page was drawn."""
START_ANEW = "data-starts-anew"
"""The mark of a button that throws away what was typed."""
OF_EACH_PAGE = frozenset({"csrfmiddlewaretoken", "typed_by", "submission_key", WRITTEN_IN})
"""Hidden inputs that differ each time the same page is drawn."""


@dataclass(frozen=True)
class Words:
    """What a person wrote in the field `name`, and how the page called it."""

    name: str
    label: str
    text: str


@dataclass
class _Control:
    """An input, a textarea or an option; `start` to `end` is its tag, of a textarea `end` to `close` its text."""

    tag: str
    name: str
    attributes: Attributes
    start: int
    end: int
    close: int

    @property
    def kind(self) -> str:
        return (self.attributes.get("type") or "text").lower() if self.tag == "input" else self.tag

    @property
    def value(self) -> str:
        return self.attributes.get("value") or ("on" if self.kind in ("checkbox", "radio") else "")

    def text_in(self, html: str) -> str:
        return unescape(html[self.end : self.close]) if self.tag == "textarea" else self.value


@dataclass
class _Form:
    attributes: Attributes
    start: int
    end: int
    controls: list[_Control] = field(default_factory=list)

    def is_posted_to(self, action: str, page: str) -> bool:
        method = (self.attributes.get("method") or "").lower()
        return method == "post" and urlsplit(self.attributes.get("action") or page).path == action

    def is_as_it_was(self, values: QueryDict) -> bool:
        """Whether it is still about the same: what it carries along unseen is what was sent."""
        carried = (one for one in self.controls if one.kind == "hidden" and one.name not in OF_EACH_PAGE)
        return all(one.value in values.getlist(one.name) for one in carried)

    def is_behind(self, values: QueryDict) -> bool:
        """Whether somebody else changed it since: what was written then would undo that."""
        return any(one.name == AS_READ and one.value != values.get(AS_READ, one.value) for one in self.controls)


class _Reader(HTMLParser):
    """The forms of a page and where in its text their controls stand."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=False)
        self.forms: list[_Form] = []
        self._form: _Form | None = None
        self._select = ""
        self._lines = [0, *accumulate(len(line) + 1 for line in html.split("\n"))]
        self.feed(html)
        self.close()

    def _here(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes, start = dict(attrs), self._here()
        end = start + len(self.get_starttag_text() or "")
        if tag == "form":
            self._form = _Form(attributes, start, end=end)
            self.forms.append(self._form)
        elif tag == "select":
            self._select = attributes.get("name") or ""
        elif self._form and tag in ("input", "textarea", "option"):
            name = self._select if tag == "option" else attributes.get("name") or ""
            self._form.controls.append(_Control(tag, name, attributes, start, end, close=end))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self._form:
            self._form.end = self._here() + len("</form>")
            self._form = None
        elif tag == "textarea" and self._form:
            self._form.controls[-1].close = self._here()


def fill(html: str, *, page: str, action: str, values: QueryDict, note: str, way_out: str) -> str:
    """The page with `values` in its form that posts to `action`, `note` before that form, and after it `way_out`, which
    throws them away: behind all that sends, so that nobody presses it for that. A form with one of its own needs no other.

    Where the form is about something else by now, only words come back; what is chosen is chosen anew. Without such a form, or
    where somebody else changed it meanwhile, the page is as it was.
    """
    forms = [form for form in _Reader(html).forms if form.is_posted_to(action, page)]
    if not forms:
        return html
    form = max(forms, key=lambda one: len({control.name for control in one.controls} & values.keys()))
    if form.is_behind(values):
        return html
    has_one = START_ANEW in html[form.start : form.end]
    edits = [(form.start, form.start, note), (form.end, form.end, "" if has_one else way_out), *_edits(form, values)]
    for start, end, text in sorted(edits, reverse=True):
        html = html[:start] + text + html[end:]
    return html


def words_of(values: QueryDict) -> list[Words]:
    """What was written in the fields for words, as the form said which they are; of each once, however often it is said."""
    labels = {name: label for name, _space, label in (mark.partition(" ") for mark in values.getlist(WRITTEN_IN))}
    return [Words(name, label, text) for name, label in labels.items() if (text := _plain(values.get(name, "")))]


def left_over(html: str, *, page: str, action: str, values: QueryDict) -> list[Words]:
    """The words among `values` that stand in no form of the page that posts to `action`."""
    forms = [form for form in _Reader(html).forms if form.is_posted_to(action, page)]
    typed = [control for form in forms for control in form.controls if control.kind not in NOT_TYPED]
    standing = {(control.name, _plain(control.text_in(html))) for control in typed}
    return [words for words in words_of(values) if (words.name, words.text) not in standing]


def _plain(text: str) -> str:
    """A browser, a form and a page each write line ends in their own way."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _edits(form: _Form, values: QueryDict) -> Iterator[tuple[int, int, str]]:
    """What stands from where to where instead."""
    may_choose = form.is_as_it_was(values)
    texts = {name: iter(found) for name, found in values.lists()}
    for control in form.controls:
        sent = values.getlist(control.name)
        if control.kind in ("checkbox", "radio", "option"):
            if may_choose:
                yield _chosen(control, chosen=control.value in sent)
        elif control.name == "submission_key" or control.kind not in NOT_TYPED:
            text = next(texts.get(control.name, iter(())), None)
            if text is not None:
                yield _written(control, text)


def _chosen(control: _Control, *, chosen: bool) -> tuple[int, int, str]:
    word = "selected" if control.tag == "option" else "checked"
    others = [(name, value) for name, value in control.attributes.items() if name != word]
    return control.start, control.end, _tag(control.tag, [*others, *([(word, None)] if chosen else [])])


def _written(control: _Control, text: str) -> tuple[int, int, str]:
    if control.tag == "textarea":
        return control.end, control.close, "\n" + escape(text)
    return control.start, control.end, _tag(control.tag, {**control.attributes, "value": text}.items())


def _tag(name: str, attributes: Iterable[tuple[str, str | None]]) -> str:
    parts = [key if value is None else f'{key}="{escape(value)}"' for key, value in attributes]
    return f"<{' '.join([name, *parts])}>"
