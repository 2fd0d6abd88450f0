"""The columns of the people file that this app owns. Importing it registers them, in the order of an export."""

from django.conf import settings

from accounts import people_cells as cells
from accounts.enums import (
    Experience,
    Gender,
    Goal,
    Interest,
    Language,
    MeetingMode,
    Pathway,
    Role,
    SupportStyle,
)
from accounts.people_format import EMAIL, Column, register_columns

ONLY_MENTOR = frozenset({Role.MENTOR})
ONLY_MENTEE = frozenset({Role.MENTEE})

USER_COLUMNS = (
    Column("first_name", cells.short_text(80), is_required=True),
    Column("last_name", cells.short_text(80), empty=""),
    Column("timezone", cells.zone, empty_keeps=True),
    Column("language", cells.one_of([code for code, _name in settings.LANGUAGES]), empty_keeps=True),
)


def _list(name: str, options: type) -> Column:
    return Column(name, cells.some_of(options), cells.show_list, empty=[])


PROFILE_COLUMNS = (
    Column("birth_date", cells.day, cells.show_day),
    Column("gender", cells.one_of(Gender), empty=""),
    _list("languages", Language),
    _list("pathways", Pathway),
    _list("goals", Goal),
    _list("experiences", Experience),
    _list("meeting_modes", MeetingMode),
    _list("support_styles", SupportStyle),
    _list("interests", Interest),
    _list("dislikes", Interest),
    Column("places", cells.names(limit=20, each=60), cells.show_list, empty=[]),
    _list("preferred_genders", Gender),
    _list("required_genders", Gender),
    Column("preferred_age_min", cells.whole(18, 120)),
    Column("preferred_age_max", cells.whole(18, 120)),
    Column("contact", cells.short_text(200), empty=""),
    Column("recovery_since", cells.day, cells.show_day, kinds=ONLY_MENTOR),
    Column("capacity", cells.whole(0, 50), kinds=ONLY_MENTOR, empty_keeps=True),
    Column("taking_mentees", cells.yes_or_no, cells.show_yes, kinds=ONLY_MENTOR, empty_keeps=True),
    Column("supervisor", cells.email, kinds=ONLY_MENTOR, empty=""),
    Column("waiting_since", cells.day, cells.show_day, kinds=ONLY_MENTEE),
)
AVAILABILITY = Column("availability", cells.windows, cells.show_availability, empty=())
NEVER_PAIR = Column("never_pair", cells.emails, cells.show_list, empty=())
CONSENT_COLUMNS = (
    Column("consent_given_on", cells.day, cells.show_day, empty_keeps=True),
    Column("consent_expires_on", cells.day, cells.show_day, empty_keeps=True),
)

register_columns(
    Column(EMAIL, cells.email, is_required=True),
    *USER_COLUMNS,
    AVAILABILITY,
    *PROFILE_COLUMNS,
    NEVER_PAIR,
    *CONSENT_COLUMNS,
)
