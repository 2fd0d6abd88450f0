"""Every change to a pair. Each is one transaction with its history row, its audit entries and the messages it says."""

from relationships.services.confiding import ask_supervisor
from relationships.services.gaps import advance_gap
from relationships.services.proposals import accept, decline, expire_proposals, propose
from relationships.services.rules import check_standing
from relationships.services.sessions import confirm_session, log_session, take_back_session
from relationships.services.states import change_state, set_cadence
from relationships.services.steps import hold_mentors

__all__ = [
    "accept",
    "advance_gap",
    "ask_supervisor",
    "change_state",
    "check_standing",
    "confirm_session",
    "decline",
    "expire_proposals",
    "hold_mentors",
    "log_session",
    "propose",
    "set_cadence",
    "take_back_session",
]
