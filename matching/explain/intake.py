"""What a mentee said at intake, in lines a coordinator can take in at a glance."""

from django.utils.translation import gettext as _

from accounts.timezones import zone_in_words
from matching.scoring.people import MenteeFacts
from matching.scoring.wording import age_range, labels, unbroken
from people.availability import in_words
from people.enums import Experience, Gender, Goal, Interest, Language, MeetingMode, Pathway, SupportStyle


def intake_lines(mentee: MenteeFacts) -> list[tuple[str, list[str]]]:
    """A name and its lines; no lines where it is not known. Preferences and must-haves stand only where there are any."""
    wishes = [labels(Gender, mentee.preferred_genders)] if mentee.preferred_genders else []
    if mentee.has_age_preference:
        wishes.append(_("age %(range)s") % {"range": age_range(mentee)})
    lines = [
        (_("Free"), [_in_whole_times(line) for line in in_words(mentee.windows)]),
        (_("Ways to meet"), _one(labels(MeetingMode, mentee.modes))),
        (_("Languages"), _one(labels(Language, mentee.languages))),
        (_("Goals"), _one(labels(Goal, mentee.goals))),
        (_("Pathway"), _one(labels(Pathway, mentee.pathways))),
        (_("Lived experience"), _one(labels(Experience, mentee.experiences))),
        (_("Support style"), _one(labels(SupportStyle, mentee.styles))),
        (_("Likes"), _one(labels(Interest, mentee.interests))),
        (_("Dislikes"), _one(labels(Interest, mentee.dislikes))),
        (_("Places"), _one(", ".join(mentee.places))),
        (_("Age"), _one("" if mentee.age is None else str(mentee.age))),
        (_("Gender"), _one(labels(Gender, [mentee.gender]) if mentee.gender else "")),
        (_("Time zone"), [str(zone_in_words(mentee.time_zone))]),
    ]
    if wishes:
        lines.append((_("Would rather have"), wishes))
    if mentee.required_genders:
        lines.append((_("Must have"), [labels(Gender, mentee.required_genders)]))
    return lines


def _in_whole_times(line: str) -> str:
    """`Monday: 5 p.m. to 8 p.m., 9 p.m. to 10 p.m.`, which may break after the day and between times only."""
    day, times = line.split(": ", 1)
    return f"{day}: " + ", ".join(map(unbroken, times.split(", ")))


def _one(text: str) -> list[str]:
    return [text] if text else []
