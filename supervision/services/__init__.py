"""Flags: opened and raised by the scans, closed by a person or when their cause is gone."""

from supervision.services.flags import resolve_flag
from supervision.services.gaps import follow_session_gaps
from supervision.services.requests import take_up_confided, take_up_requests
from supervision.services.unanswered import raise_unanswered

__all__ = ["follow_session_gaps", "raise_unanswered", "resolve_flag", "take_up_confided", "take_up_requests"]
