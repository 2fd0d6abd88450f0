from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from accounts.sign_in import safety  # noqa: F401  listens
        from accounts.sign_in.sessions import forget_ended
        from core.scans import HOUR, register_scan

        register_scan("accounts.ended_sessions", forget_ended, every_seconds=24 * HOUR)
