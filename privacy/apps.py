from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "privacy"

    def ready(self) -> None:
        from core.scans import register_scan
        from privacy.seal import seal_entries

        register_scan("privacy.seal_audit", seal_entries, order=95)
