from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "people"

    def ready(self) -> None:
        from accounts.enums import STAFF_ROLES, Role
        from accounts.home import register_card
        from core.scans import register_scan
        from people import notices  # noqa: F401  declares its kind
        from people.cards import access, new_staff
        from people.services.invitations import forget_expired

        register_card(Role.ADMIN, "people/home/access.html", access)
        for role in STAFF_ROLES:
            register_card(role, "people/home/new_staff.html", new_staff)
        register_scan("people.expired_links", forget_expired, every_seconds=3600)
