"""Turn the tables of `demo.people` into users, memberships and profiles, a few statements for all of them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from accounts.enums import Role
from accounts.models import Membership, Program, User, address_of
from demo import people
from demo.people import Person
from people.enums import Experience, Gender, Goal, Interest, MeetingMode, SupportStyle
from people.models import AvailabilityWindow, MenteeProfile, MentorProfile, NeverPair
from privacy.models import Consent
from training.models import TrainingRecord

HOME_ZONE, OTHER_ZONE = "America/New_York", "America/Chicago"
PLACES = ("Riverside", "Old Mill", "Eastgate", "North Park")
DISLIKED = (Interest.CROWDS, Interest.LOUD, Interest.EARLY, Interest.LATE)
IN_TRAINING = 2
"""How many of the mentors, the last of the table, are not ready yet."""

Window = tuple[int, int, int]


@dataclass(frozen=True)
class Cast:
    """Everybody, each list in the order of its table. `supervisors[0]` is the one whose sign-in is printed."""

    program: Program
    coordinators: list[Membership]
    supervisors: list[Membership]
    mentors: list[Membership]
    mentees: list[Membership]


class ProfileBuilder:
    """Draws the answers that no table fixes. The same `rng` seed gives the same people."""

    def __init__(self, program: Program, *, rng: Random, now: datetime, password: str) -> None:
        self.program = program
        self.rng = rng
        self.today = program.today(now)
        self.joined_at = now - timedelta(weeks=40)
        self.joined_on = self.today - timedelta(weeks=40)
        self.password = make_password(password)

    def members(self, role: Role, listed: list[tuple[str, Person]]) -> list[Membership]:
        """Users and their memberships in one role, from (address, person)."""
        users = User.objects.bulk_create(
            User(
                email=email,
                password=self.password,
                first_name=person.first_name,
                last_name=person.last_name,
                language="es" if person.languages == people.ES else "en",
                timezone=self.rng.choices([HOME_ZONE, OTHER_ZONE], weights=[7, 1])[0],
            )
            for email, person in listed
        )
        EmailAddress.objects.bulk_create(map(address_of, users))
        members = Membership.objects.bulk_create(Membership(user=user, program=self.program, role=role) for user in users)
        Membership.objects.filter(pk__in=[m.pk for m in members]).update(joined_at=self.joined_at)
        User.objects.filter(pk__in=[user.pk for user in users]).update(date_joined=self.joined_at)
        return members

    def also(self, member: Membership, role: Role) -> Membership:
        """A second membership of the same person, after the first in the role switcher."""
        second = Membership.objects.create(user=member.user, program=self.program, role=role)
        Membership.objects.filter(pk=second.pk).update(joined_at=self.joined_at + timedelta(weeks=8))
        return second

    def mentors(self, members: list[Membership], supervisors: list[Membership]) -> None:
        profiles = MentorProfile.objects.bulk_create(
            MentorProfile(
                membership=member,
                capacity=self.program.mentor_capacity,
                supervisor=supervisors[index % 7 // 3],
                recovery_since=self._days_ago(self.rng.randrange(3 * 365, 18 * 365)),
                **self._answers(person),
            )
            for index, (member, person) in enumerate(zip(members, people.MENTORS, strict=True))
        )
        ready, learning = profiles[:-IN_TRAINING], profiles[-IN_TRAINING:]
        TrainingRecord.objects.bulk_create(
            TrainingRecord(
                mentor=profile,
                hours=self.program.training_hours + self.rng.randrange(0, 6),
                agreement_signed_on=self._days_ago(self.rng.randrange(270, 400)),
                screening_valid_until=self.today + timedelta(days=self.rng.randrange(60, 300)),
            )
            for profile in ready
        )
        TrainingRecord.objects.bulk_create(TrainingRecord(mentor=profile, hours="2.5") for profile in learning)

    def mentees(self, members: list[Membership], windows: list[list[Window]], waiting_since: list[date | None]) -> None:
        """Profiles in table order; the time each can meet; None waits for nothing, intake is not finished."""
        MenteeProfile.objects.bulk_create(
            MenteeProfile(membership=member, waiting_since=since, **self._answers(person, is_complete=since is not None))
            for member, person, since in zip(members, people.MENTEES, waiting_since, strict=True)
        )
        self.availability(members, windows)

    def availability(self, members: list[Membership], windows: list[list[Window]]) -> None:
        AvailabilityWindow.objects.bulk_create(
            AvailabilityWindow(membership=member, weekday=day, start_minute=start, end_minute=end)
            for member, times in zip(members, windows, strict=True)
            for day, start, end in sorted(times)
        )

    def consent(self, members: list[Membership]) -> None:
        Consent.objects.bulk_create(
            Consent(program_id=self.program.pk, person_id=member.user_id, role=member.role, given_on=self.joined_on)
            for member in members
        )

    def free_times(self) -> list[Window]:
        """Four days of the week, three hours each: evenings, and mornings on the weekend."""
        return [self._window(day) for day in self.rng.sample(range(7), 4)]

    def times_shared_with(self, times_of_mentors: list[list[Window]]) -> list[Window]:
        """Two of each mentor's times: what a mentee who was proposed to these mentors could have written."""
        times: dict[int, Window] = {}
        for mentor_times in times_of_mentors:
            for day, start, end in self.rng.sample(mentor_times, 2):
                _day, earliest, latest = times.get(day, (day, start, end))
                times[day] = (day, min(start, earliest), max(end, latest))
        return list(times.values())

    def _window(self, day: int) -> Window:
        start = 10 * 60 if day >= 5 else self.rng.choice([17, 18]) * 60
        return day, start, start + 180

    def _days_ago(self, days: int) -> date:
        return self.today - timedelta(days=days)

    def _answers(self, person: Person, *, is_complete: bool = True) -> dict[str, Any]:
        """What a matching profile asks. A mentee still in intake has said little; unknown stays empty."""
        rng = self.rng
        birthday = self.today.replace(year=self.today.year - person.age, day=min(self.today.day, 28))
        known = {
            "birth_date": birthday - timedelta(days=rng.randrange(1, 350)),
            "gender": person.gender,
            "languages": list(person.languages),
            "pathways": [person.pathway],
            "contact": f"(518) 555-01{rng.randrange(100):02d}, after 5 pm",
        }
        if not is_complete:
            return known
        return known | {
            "goals": _some(rng, Goal, 2, 3),
            "experiences": _some(rng, Experience, 1, 4),
            "meeting_modes": [MeetingMode.PHONE, rng.choice([MeetingMode.IN_PERSON, MeetingMode.VIDEO, MeetingMode.TEXT])],
            "support_styles": _some(rng, SupportStyle, 1, 2),
            "interests": _some(rng, [item for item in Interest if item not in DISLIKED], 2, 4),
            "dislikes": _some(rng, DISLIKED, 0, 1),
            "places": _some(rng, PLACES, 1, 2),
        }


def _some(rng: Random, options: Any, least: int, most: int) -> list[str]:
    return [str(item) for item in rng.sample(list(options), rng.randint(least, most))]


def express_wishes(cast: Cast) -> None:
    """Must-haves, preferences and never-pairs, so that the workbench has something to explain."""
    by_name = {member.user.first_name: member for member in (*cast.mentees, *cast.mentors)}
    wishes: dict[str, dict[str, Any]] = {
        "Celeste": {"required_genders": [Gender.WOMAN]},
        "Nadine": {"required_genders": [Gender.WOMAN]},
        "Rowan": {"preferred_genders": [Gender.NON_BINARY, Gender.WOMAN]},
        "Stanley": {"preferred_age_min": 50},
        "Theo": {"preferred_age_max": 50},
    }
    for name, wish in wishes.items():
        MenteeProfile.objects.filter(membership=by_name[name]).update(**wish)
    NeverPair.objects.create(
        program=cast.program, person=by_name["Bao"], other=by_name["Kieran"], reason="We used to work together."
    )
