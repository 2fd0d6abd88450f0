"""Walk every address of the site."""

import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver
from django.urls.resolvers import RoutePattern

_SAMPLES: dict[str, object] = {
    "UUIDConverter": uuid.UUID("5afe0000-0000-4000-8000-000000000000"),
    "IntConverter": 1,
    "StringConverter": "sample",
    "SlugConverter": "sample",
    "PathConverter": "sample/path",
}


@dataclass(frozen=True)
class Route:
    """`pattern` is the whole route as written; `sample` is an address that should reach it, None for a bare regex."""

    name: str
    pattern: str
    sample: str | None
    view: Callable[..., Any]

    def __str__(self) -> str:
        return f"/{self.pattern}" + (f" ({self.name})" if self.name else "")


def walk(
    patterns: Sequence[URLPattern | URLResolver], *, prefix: str = "", sample: str | None = "/", namespace: str = ""
) -> Iterator[Route]:
    """Every route below `patterns`, in the order in which Django tries them."""
    for entry in patterns:
        pattern = prefix + str(entry.pattern)
        part = _sample_of(entry)
        address = None if sample is None or part is None else sample + part
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from walk(entry.url_patterns, prefix=pattern, sample=address, namespace=inner)
        else:
            yield Route(namespace + (entry.name or ""), pattern, address, entry.callback)


def _sample_of(entry: URLPattern | URLResolver) -> str | None:
    """This part of the address with a sample for each argument."""
    if not isinstance(entry.pattern, RoutePattern):
        return None
    text = str(entry.pattern)
    for name, converter in entry.pattern.converters.items():
        kind = type(converter).__name__
        if kind not in _SAMPLES:
            return None
        text = _replace_argument(text, name, converter.to_url(_SAMPLES[kind]))
    return text


def _replace_argument(route: str, name: str, value: str) -> str:
    start = next(at for at in (route.find(f":{name}>"), route.find(f"<{name}>")) if at >= 0)
    return route[: route.rindex("<", 0, start + 1)] + value + route[route.index(">", start) + 1 :]
