"""What other apps may follow, in the transaction of the change. See docs/adr/0010-signals.md."""

from django.dispatch import Signal

person_changed = Signal()
"""What a match may stand on changed for these people: consent, answers, times, never-pairs, training, who takes part.

Sent with `program_id`, `person_ids` (users; None when it is the program's own rules that changed) and `now`, when the rows are
written; where what two people in contact stand on may have changed, also with `by`, the membership whose act it was.
"""
