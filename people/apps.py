from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "people"

    def ready(self) -> None:
        from accounts.enums import Role
        from accounts.home import register_card
        from core.scans import Lane, register_scan
        from people.cards import access
        from people.services.invitations import send_due

        register_card(Role.ADMIN, "people/home/access.html", access)
        register_scan("people.invitations", send_due, every_seconds=30, order=90, lane=Lane.DELIVERY)
