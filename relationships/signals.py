"""What other apps may follow, in the transaction of the change. See docs/adr/0010-signals.md."""

from django.dispatch import Signal

running_changed = Signal()
"""Pairs began to run, or ceased to, or ended: sent with `mentee_ids` and `now`, when the rows are written."""

contact_opened = Signal()
"""Pairs that were on hold are in contact again: sent with `pair_ids` and `now`, when the site takes note of it."""
