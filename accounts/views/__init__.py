"""Pages about people, by topic."""

from accounts.views.home import act_as, home

__all__ = ["act_as", "home"]
