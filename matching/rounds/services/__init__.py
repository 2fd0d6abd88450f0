"""Every change to a round. Each is one transaction."""

from matching.rounds.services.overrides import override, take_back
from matching.rounds.services.rounds import call_off, reopen, reweigh, set_aside, solve_again, start_round
from matching.rounds.services.sending import Sent, send_round

__all__ = [
    "Sent",
    "call_off",
    "override",
    "reopen",
    "reweigh",
    "send_round",
    "set_aside",
    "solve_again",
    "start_round",
    "take_back",
]
