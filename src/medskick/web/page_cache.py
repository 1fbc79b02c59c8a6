"""Pages kept for the next one who asks, up to a size."""

import threading
from collections import OrderedDict


class PageCache:
    """Pages kept for whoever asks next: the least recently asked for go when they are too large together."""

    def __init__(self, most: int = 48_000_000) -> None:
        self._most, self._size, self._lock = most, 0, threading.Lock()
        self._pages: OrderedDict[str, bytes] = OrderedDict()

    def get(self, key: str) -> bytes | None:
        """Return a kept page."""
        with self._lock:
            if key in self._pages:
                self._pages.move_to_end(key)
            return self._pages.get(key)

    def put(self, key: str, page: bytes) -> None:
        """Keep a page."""
        with self._lock:
            if key in self._pages or len(page) > self._most // 8:
                return
            self._pages[key] = page
            self._size += len(page)
            while self._size > self._most:
                self._size -= len(self._pages.popitem(last=False)[1])
