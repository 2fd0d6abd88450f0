from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "core"

    def ready(self) -> None:
        from core import checks, deployment  # noqa: F401  registers the system checks
        from core.limits import drop_ended
        from core.scans import HOUR, register_scan

        register_scan("core.try_counts", drop_ended, every_seconds=HOUR)
