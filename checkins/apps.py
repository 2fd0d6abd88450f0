from django.apps import AppConfig


class CheckinsConfig(AppConfig):
    name = "checkins"

    def ready(self) -> None:
        from accounts.enums import Role
        from accounts.home import register_card
        from accounts.signals import active_changed
        from checkins import notices  # noqa: F401  declares its kinds
        from checkins.cards import call, check_in, new_from_mentees
        from checkins.clocks import SWEEP_SECONDS, on_active_changed, on_running_changed, sweep
        from checkins.reminders import remind
        from core.scans import register_scan
        from relationships.signals import running_changed

        register_scan("checkins.reminders", remind, every_seconds=60, order=30)
        register_scan("checkins.sweep", sweep, every_seconds=SWEEP_SECONDS, order=25)
        running_changed.connect(on_running_changed)
        active_changed.connect(on_active_changed)
        register_card(Role.MENTEE, "checkins/home/call.html", call)
        register_card(Role.MENTEE, "checkins/home/check_in.html", check_in)
        register_card(Role.MENTOR, "checkins/home/new_from_mentees.html", new_from_mentees)
