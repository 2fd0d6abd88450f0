from django.apps import AppConfig
from django.utils.module_loading import import_string


class SupervisionConfig(AppConfig):
    name = "supervision"

    def ready(self) -> None:
        from accounts.enums import Role
        from accounts.home import register_card
        from accounts.signals import active_changed
        from checkins.calls import register_staff_side, register_staff_who_will_hear
        from core.scans import register_scan
        from privacy.signals import person_changed
        from relationships.selectors import register_calls
        from relationships.selectors.confiding import register_looks
        from relationships.signals import contact_opened, running_changed
        from supervision import cards, checks, notices  # noqa: F401  registers the check and the kinds of messages
        from supervision.calls import looks_at, open_calls_of, staff_side_of, staff_who_will_hear
        from supervision.kinds import FLAG_KINDS
        from supervision.services import raise_unanswered
        from supervision.services.handing_on import (
            CHECK_SECONDS,
            check_hearers,
            on_active_changed,
            on_person_changed,
            on_running_changed,
        )
        from supervision.services.open_again import on_contact_opened

        register_calls(open_calls_of)
        register_looks(looks_at)
        register_staff_side(staff_side_of)
        register_staff_who_will_hear(staff_who_will_hear)
        active_changed.connect(on_active_changed)
        person_changed.connect(on_person_changed)
        running_changed.connect(on_running_changed)
        contact_opened.connect(on_contact_opened)

        for finder in dict.fromkeys(spec.find for spec in FLAG_KINDS.values()):
            register_scan(finder.scan, import_string(finder.run), every_seconds=finder.every_seconds, order=finder.order)
        register_scan("supervision.unanswered", raise_unanswered, every_seconds=60, order=35)
        register_scan("supervision.check_hearers", check_hearers, every_seconds=CHECK_SECONDS, order=36)
        register_card(Role.SUPERVISOR, "supervision/home/flags.html", cards.supervisor_flags)
        register_card(Role.SUPERVISOR, "supervision/home/my_pairs.html", cards.my_pairs)
        register_card(Role.COORDINATOR, "supervision/home/flags.html", cards.coordinator_flags)
