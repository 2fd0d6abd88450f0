from django.apps import AppConfig


class RelationshipsConfig(AppConfig):
    name = "relationships"

    def ready(self) -> None:
        from core.scans import register_scan
        from relationships import messages  # noqa: F401  registers the kinds of messages
        from relationships.services import expire_proposals

        register_scan("relationships.expire_proposals", expire_proposals, every_seconds=300, order=20)
