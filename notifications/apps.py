from datetime import datetime

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"

    def ready(self) -> None:
        from accounts.enums import Role
        from accounts.home import register_card
        from core.health import register_readiness
        from core.scans import HOUR, Lane, register_scan
        from notifications import notices  # noqa: F401  declares this app's kinds
        from notifications.account_mail import drop_old
        from notifications.cards import delivery_trouble, new_for_you
        from notifications.channels import all_channels
        from notifications.doorbell import EVERY_SECONDS, SCAN
        from notifications.outbox import drain
        from notifications.selectors import delivery_readiness

        def drain_once(now: datetime) -> int:
            return drain(now).sent

        all_channels()  # one that does not exist stops the start
        register_scan(SCAN, drain_once, every_seconds=EVERY_SECONDS, order=90, lane=Lane.DELIVERY)
        register_scan("notifications.old_account_mail", drop_old, every_seconds=HOUR)
        register_readiness("oldest_undelivered", delivery_readiness)
        for role in Role:
            register_card(role, "notifications/home/new_for_you.html", new_for_you)
        for role in (Role.COORDINATOR, Role.ADMIN):
            register_card(role, "notifications/home/undelivered.html", delivery_trouble)
