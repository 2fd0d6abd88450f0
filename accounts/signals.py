"""What other apps may follow, in the transaction of the change. See docs/adr/0010-signals.md."""

from django.dispatch import Signal

active_changed = Signal()
"""Memberships began, were suspended or came back: sent with `membership_ids` and `now`, when the rows are written."""
