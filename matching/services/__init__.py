"""Every change that matching makes. Each is one transaction."""

from matching.services.overrides import override, take_back
from matching.services.proposals import propose_match
from matching.services.rounds import call_off, reopen, reweigh, set_aside, solve_again, start_round
from matching.services.sending import Sent, send_round

__all__ = [
    "Sent",
    "call_off",
    "override",
    "propose_match",
    "reopen",
    "reweigh",
    "send_round",
    "set_aside",
    "solve_again",
    "start_round",
    "take_back",
]
