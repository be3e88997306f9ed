"""Wrong passwords, counted by where they come from: who has guessed too often waits; nobody else does.

In: addresses, and when each of them was wrong. Out: how many seconds one has to wait. Knows nothing about passwords.
"""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from collections.abc import Callable
from ipaddress import ip_address, ip_network
from math import ceil

MOST_WRONG, SECONDS = 10, 60  # so many wrong ones in so long
_MOST_ADDRESSES = 10_000  # that are remembered, the latest


class Guesses:
    """For one event loop."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._wrong: OrderedDict[str, deque[float]] = OrderedDict()

    def wait(self, address: str) -> int:
        """Seconds that an address has to wait before it may try again; 0 where it need not."""
        times = self._wrong.get(_place(address), deque())
        left = SECONDS - (self._clock() - times[0]) if len(times) == MOST_WRONG else 0
        return max(0, ceil(left))

    def wrong(self, address: str) -> None:
        """A wrong password came from there."""
        place = _place(address)
        self._wrong.setdefault(place, deque(maxlen=MOST_WRONG)).append(self._clock())
        self._wrong.move_to_end(place)
        if len(self._wrong) > _MOST_ADDRESSES:
            self._wrong.popitem(last=False)


def _place(address: str) -> str:
    """An address; of IPv6 the network, as one machine has many.

    >>> _place("192.0.2.7"), _place("2001:db8::7"), _place("nobody")
    ('192.0.2.7', '2001:db8::/64', 'nobody')
    """
    try:
        return str(ip_network((address, 64), strict=False)) if ip_address(address).version == 6 else address
    except ValueError:
        return address
