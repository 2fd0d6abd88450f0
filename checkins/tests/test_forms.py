from uuid import uuid4

import pytest

from checkins.forms import CheckInForm

PAIR = uuid4()
ANSWERED: dict[str, object] = {
    "mood": "2",
    "urges": "0",
    "confidence": "10",
    "drinking": "yes",
    "hard": ["sleep", "work"],
    "support": "now",
    "note": " x ",
    "is_shared": "on",
}


def form_with(answers: dict[str, object], mentor: str = "Mona") -> CheckInForm:
    sent = {"submission_key": str(uuid4()), "shared_in": str(PAIR), **answers}
    return CheckInForm(sent, pair=PAIR if mentor else None, mentor=mentor, mentor_hears=bool(mentor), staff_hear=True)


def test_form_nothing_answered_is_valid() -> None:
    form = form_with({})

    assert form.is_valid()
    del form.cleaned_data["submission_key"]
    assert form.cleaned_data == {
        "mood": None,
        "urges": None,
        "confidence": None,
        "drinking": "",
        "hard": [],
        "support": "",
        "note": "",
        "is_shared": False,
    }


def test_form_everything_answered_is_read_as_numbers_and_codes() -> None:
    form = form_with(ANSWERED)

    assert form.is_valid()
    del form.cleaned_data["submission_key"]
    assert form.cleaned_data == {
        "mood": 2,
        "urges": 0,
        "confidence": 10,
        "drinking": "yes",
        "hard": ["sleep", "work"],
        "support": "now",
        "note": "x",
        "is_shared": True,
    }


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("mood", "6"),
        ("urges", "11"),
        ("urges", "-1"),
        ("confidence", "ten"),
        ("confidence", "9" * 400),
        ("drinking", "maybe"),
        ("hard", ["sleep", "zzz"]),
        ("support", "tomorrow"),
        ("note", "x" * 501),
        ("note", "a\x00b"),
        ("submission_key", "nonsense"),
    ],
)
def test_form_answer_out_of_range_is_named_beside_its_question(field: str, value: object) -> None:
    form = form_with({field: value})

    assert not form.is_valid()
    assert list(form.errors) == [field]


def test_form_note_counts_a_line_end_as_the_browser_does() -> None:
    assert form_with({"note": "\r\n".join(["x" * 49] * 10) + "x"}).is_valid()
    long = form_with({"note": "x" * 501})
    assert long.errors["note"] == ["Please shorten the note to 500 characters. It has 501."]


def test_form_without_a_mentor_has_nobody_to_share_with() -> None:
    form = form_with({"is_shared": "on"}, mentor="")

    assert form.is_valid()
    assert "is_shared" not in form.cleaned_data


def test_form_says_who_is_told_what_and_how_long_a_note_may_be() -> None:
    alone = str(CheckInForm(pair=None, mentor="", mentor_hears=False, staff_hear=True))
    paired = str(CheckInForm(pair=PAIR, mentor="Mona", mentor_hears=True, staff_hear=True))

    assert "Now or Today: we tell the program's staff that you asked, and how to reach you." in alone
    assert "Now or Today: we tell Mona and the program's staff that you asked, and how to reach you." in paired
    assert [page.count("Up to 500 characters.") for page in (alone, paired)] == [1, 1]


def test_form_of_a_mentee_who_gave_no_number_says_that_the_mentor_alone_is_told_and_of_no_way_to_reach() -> None:
    page = str(CheckInForm(pair=PAIR, mentor="Mona", mentor_hears=True, staff_hear=False, has_contact=False))

    assert "Now or Today: we tell Mona that you asked. Nobody on the staff can be told right now." in page
    assert ("Add a phone number" in page, "e-mail" in page) == (True, False)


def test_form_name_of_the_mentor_is_shown_as_text() -> None:
    page = str(CheckInForm(pair=PAIR, mentor="<b>Mona</b>", mentor_hears=True, staff_hear=True))

    assert "<b>Mona" not in page
    assert page.count("&lt;b&gt;Mona") == 5
