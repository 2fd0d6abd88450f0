"""Prices to start from: mentees bid for places, as at an auction, until hardly anybody is outbid.

The outcome decides nothing. It tells the solvers where the competition is, so that they have little left to do.
"""

import numpy as np

from matching.problem import UNITS, Bools, Ints

STEPS = (UNITS >> 5, UNITS >> 8, UNITS >> 11)
"""The least raise of a bid, round by round."""
LEFT_OUT = 50
"""A round ends when only one mentee in so many is without a place,"""
BIDS = 100
"""or after so many bids of everybody who is."""


def bid(listed: tuple[Ints, Ints, Ints], places: Ints, stays: Bools, price: Ints) -> Ints:
    """(m,) prices, a little low rather than high, for `listed` pairs: row, column, units, sorted by row.

    `stays` (n,) are those who never give up; `price` (m,) is what to begin with.
    """
    rows, first = np.unique(listed[0], return_index=True)
    if not len(rows):
        return price
    for step in STEPS:
        price = _round(_Lists(listed, first, stays[rows]), places, price, step)
    return np.maximum(price - 4 * STEPS[-1], 0)


class _Lists:
    """The pairs as a table: a row's places, padded with what nobody wants."""

    def __init__(self, listed: tuple[Ints, Ints, Ints], first: Ints, stays: Bools) -> None:
        row, column, units = listed
        ends = np.append(first[1:], len(row))
        width = int((ends - first).max()) + 1
        at = first[:, None] + np.arange(width)
        real = at < ends[:, None]
        at[~real] = 0
        self.column = np.where(real, column[at], 0)
        self.units = np.where(real, units[at], -64 * UNITS)
        self.units[~stays, -1] = 0
        self.outside = np.zeros(self.units.shape, dtype=np.bool_)
        self.outside[:, -1] = True
        self.count = len(first)


def _round(lists: _Lists, places: Ints, price: Ints, step: int) -> Ints:
    price = price.copy()
    out = np.arange(lists.count)
    held_row, held_at, held_bid = (np.empty(0, dtype=np.int64) for _ in range(3))
    for _bid in range(BIDS):
        gain = lists.units[out] - np.where(lists.outside[out], 0, price[lists.column[out]])
        best = gain.argmax(axis=1)
        each = np.arange(len(out))
        most = gain[each, best]
        gain[each, best] = -64 * UNITS
        at = lists.column[out, best]
        offer = price[at] + np.minimum(most - gain.max(axis=1), UNITS) + step
        real = ~lists.outside[out, best]
        row = np.concatenate((held_row, out[real]))
        at = np.concatenate((held_at, at[real]))
        offers = np.concatenate((held_bid, offer[real]))
        order = np.lexsort((-offers, at))
        row, at, offers = row[order], at[order], offers[order]
        rank = np.arange(len(at)) - np.searchsorted(at, at)
        keep = rank < places[at]
        out = row[~keep]
        held_row, held_at, held_bid = row[keep], at[keep], offers[keep]
        last = rank[keep] == places[held_at] - 1
        price[held_at[last]] = held_bid[last]
        if len(out) * LEFT_OUT <= lists.count:
            break
    full = np.bincount(held_at, minlength=len(price)) >= places
    return np.where(full, price, 0)
