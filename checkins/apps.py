from django.apps import AppConfig


class CheckinsConfig(AppConfig):
    name = "checkins"

    def ready(self) -> None:
        from accounts.enums import Role
        from accounts.home import register_card
        from checkins import notices  # noqa: F401  declares its kinds
        from checkins.cards import check_in, new_from_mentees
        from checkins.reminders import remind
        from core.scans import register_scan

        register_scan("checkins.reminders", remind, every_seconds=60, order=30)
        register_card(Role.MENTEE, "checkins/home/check_in.html", check_in)
        register_card(Role.MENTOR, "checkins/home/new_from_mentees.html", new_from_mentees)
