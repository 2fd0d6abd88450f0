"""How the form pack draws fields: labels, help, errors beside them, and a summary that leads to each."""

import re

from crispy_forms.utils import render_crispy_form
from django import forms

from core.widgets import ChipsMultiple, ChipsSelect, DayInput, ScaleField

COLORS = [("r", "Red"), ("g", "Green")]


class Example(forms.Form):
    name = forms.CharField(label="Name", help_text="As people call you.")
    nick = forms.CharField(label="Nick", required=False)
    color = forms.ChoiceField(label="Color", choices=COLORS, widget=ChipsSelect)
    many = forms.MultipleChoiceField(label="Many", choices=COLORS, required=False, widget=ChipsMultiple)
    urges = ScaleField(label="Urges", low_label="None", high_label="Very strong")
    day = forms.DateField(label="Day", required=False, widget=DayInput)
    shared = forms.BooleanField(label="Share it", required=False)


class AllSkippable(forms.Form):
    nick = forms.CharField(label="Nick", required=False)


def drawn(form: forms.Form) -> str:
    return re.sub(r"\s+", " ", render_crispy_form(form))


def test_choices_are_grouped_under_their_question() -> None:
    html = drawn(Example())

    assert re.findall(r'<legend class="form-label">\s*(\w+)', html) == ["Color", "Many", "Urges"]
    assert html.count('class="options options-chips"') == 2
    assert html.count('class="options options-scale"') == 1


def test_optional_is_said_only_beside_required_fields() -> None:
    assert drawn(Example()).count("(optional)") == 3
    assert drawn(AllSkippable()).count("(optional)") == 0


def test_scale_offers_eleven_numbers_with_a_word_at_each_end() -> None:
    html = drawn(Example())

    assert re.findall(r'name="urges" value="(\d+)"', html) == [str(number) for number in range(11)]
    assert "0 · None" in html
    assert "10 · Very strong" in html


def test_scale_skipped_is_none_and_chosen_is_a_number() -> None:
    field = ScaleField(lowest=1, highest=5)

    assert field.clean("") is None
    assert field.clean("4") == 4


def test_day_is_written_as_the_browser_reads_it() -> None:
    html = drawn(Example(initial={"day": forms.DateField().to_python("2026-03-02")}))

    assert 'type="date" name="day" value="2026-03-02"' in html


def test_errors_stand_beside_the_field_and_in_a_summary_that_leads_to_it() -> None:
    form = Example({"urges": "11"})
    form.add_error(None, "These two do not go together.")

    html = drawn(form)

    summary, _, fields = html.partition("</ul>")
    assert re.findall(r'<a href="(#\w+)">', summary) == ["#id_name", "#id_color_0", "#id_urges_0"]
    assert "<li>These two do not go together.</li>" in summary
    assert 'role="alert"' in summary
    assert 'aria-describedby="id_name_helptext id_name_error"' in fields
    assert 'aria-invalid="true"' in fields
    assert 'id="id_name_error"' in fields
    assert re.findall(r'<fieldset id="div_id_color"[^>]*aria-describedby="(\w+)"', fields) == ["id_color_error"]
