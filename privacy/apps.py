from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "privacy"

    def ready(self) -> None:
        from django.utils.module_loading import autodiscover_modules

        from core.scans import register_scan
        from privacy.seal import seal_entries

        register_scan("privacy.seal_audit", seal_entries, order=95)
        autodiscover_modules("audit_events")
