"""The ways out of the site. A channel is one module with a `Channel` in it, named in the setting `DELIVERY_CHANNELS`."""

from abc import ABC, abstractmethod
from contextlib import AbstractContextManager
from datetime import datetime
from functools import cache
from typing import ClassVar

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.functional import Promise
from django.utils.module_loading import import_string

from notifications.models import Message


class Unreachable(Exception):
    """The server cannot be reached or signed in to. Not this message's fault: nothing goes out this way."""


class Stalled(Exception):
    """The server took the message up and then did not answer in time. Perhaps it has it; whoever comes next would wait too."""


class Refused(Exception):
    """The server says for good that it takes nothing for this address."""


class NothingToSay(Exception):
    """There is no more to be sent, such as the link of an invitation that is over."""


class Connection(ABC):
    """One pass of a drain through a channel. It is opened late and used for all that the pass sends."""

    @abstractmethod
    def open(self) -> None:
        """Be ready to send; does nothing when it is. Raises `Unreachable`."""

    @abstractmethod
    def send(self, message: Message, now: datetime) -> None:
        """Returns once the server has taken the message; `open` comes first. Raises one of the above, or what else went wrong.

        A connection that the server closed after an earlier message is opened anew, at no cost to this one.
        """


class Channel(ABC):
    """`name` is what a delivery remembers it by."""

    name: ClassVar[str]

    def reaches(self, message: Message) -> bool:
        """Whether this channel can bring the message to whom it is for. Asked when the message is said."""
        return True

    @abstractmethod
    def explain(self, error: str) -> str | Promise:
        """Why a try failed, in words for staff. `error` is the class of what `open` or `send` raised."""

    @abstractmethod
    def connect(self) -> AbstractContextManager[Connection]: ...


@cache
def _channel(path: str) -> Channel:
    try:
        channel: Channel = import_string(path)()
    except ImportError as error:
        raise ImproperlyConfigured(f"DELIVERY_CHANNELS names {path!r}, and there is no such channel.") from error
    return channel


def all_channels() -> list[Channel]:
    """In the order of the setting. Raises `ImproperlyConfigured` for one that does not exist."""
    return [_channel(path) for path in settings.DELIVERY_CHANNELS]


def channel_called(name: str) -> Channel | None:
    """None for one that was taken out of the setting."""
    return next((channel for channel in all_channels() if channel.name == name), None)
