"""Inputs of the house. `templates/bootstrap5/field.html` draws each with its label, help and error beside it."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.functional import Promise

Words = str | Promise


class ChipsSelect(forms.RadioSelect):
    """One answer from a few, as pills large enough for a thumb."""

    layout = "chips"


class ChipsMultiple(forms.CheckboxSelectMultiple):
    """Any number of answers from a few, as pills."""

    layout = "chips"


class ScaleRadio(forms.RadioSelect):
    """One number from a row of numbers, with a word at each end."""

    layout = "scale"

    def __init__(
        self,
        low_label: Words = "",
        high_label: Words = "",
        attrs: dict[str, Any] | None = None,
        choices: Iterable[tuple[Any, Any]] = (),
    ) -> None:
        super().__init__(attrs, choices)
        self.low_label = low_label
        self.high_label = high_label


class DayInput(forms.DateInput):
    """A date, with the browser's own calendar."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class ScaleField(forms.TypedChoiceField):
    """A whole number from `lowest` to `highest`, or None when skipped."""

    def __init__(
        self, *, low_label: Words = "", high_label: Words = "", lowest: int = 0, highest: int = 10, **kwargs: Any
    ) -> None:
        kwargs.setdefault("required", False)
        super().__init__(
            choices=[(number, str(number)) for number in range(lowest, highest + 1)],
            coerce=int,
            empty_value=None,
            widget=ScaleRadio(low_label, high_label),
            **kwargs,
        )
