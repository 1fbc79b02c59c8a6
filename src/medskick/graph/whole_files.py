"""Files that are written at once or not at all: who reads one meanwhile sees the old or the new one, never a part."""

import contextlib
import errno
import os
import secrets
import shutil
from collections.abc import Mapping
from pathlib import Path

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_TEXTS = tuple(text for code in _NO_ROOM for text in (os.strerror(code), f"IO_{errno.errorcode[code]}"))
"""The engine of the store and what writes workbooks say it in their text only."""


def no_room(error: Exception) -> bool:
    """Tell whether an error means that there was no room for what was to be written."""
    return getattr(error, "errno", None) in _NO_ROOM or any(text in str(error) for text in _TEXTS)


def write_files(files: Mapping[Path, bytes], private: bool = False) -> None:
    """Write files at once or not at all: each is made whole beside its place first. Raises ``OSError``.

    What replaces a file has its rights; a new one that is ``private`` is for the user alone. A link stays one. What is
    no plain file (a terminal, a pipe) is written to as it is, and so is a file in a folder that takes no other.
    """
    places = {path.resolve(): written for path, written in files.items()}
    drafts: dict[Path, Path] = {}
    before: dict[Path, bytes | None] = {}
    try:
        for place, written in places.items():
            if place.exists() and not (place.is_file() and os.access(place.parent, os.W_OK)):
                place.write_bytes(written)
                continue
            before[place] = place.read_bytes() if len(places) > 1 and place.exists() else None
            draft = drafts[place] = place.with_name(f".medskick-{secrets.token_hex(8)}.new")
            try:
                with open(draft, "xb", opener=_private if private else None) as out:
                    out.write(written)
                    out.flush()
                    os.fsync(out.fileno())
            except OSError as error:
                # who reads it knows the file, not the draft
                error.filename = str(place)
                raise
            if place.exists():
                shutil.copymode(place, draft)
        _put(drafts, before)
    finally:
        # gone already, unless the disk is full or the process is ended
        for draft in drafts.values():
            draft.unlink(missing_ok=True)


def _put(drafts: Mapping[Path, Path], before: Mapping[Path, bytes | None]) -> None:
    """Put drafts in their places, all or none. Raises ``OSError``."""
    replaced: list[Path] = []
    try:
        for place, draft in drafts.items():
            os.replace(draft, place)  # noqa: PTH105 - replaces on Windows too
            replaced.append(place)
    except OSError:
        for place in replaced:
            with contextlib.suppress(OSError):
                if (old := before[place]) is None:
                    place.unlink()
                else:
                    place.write_bytes(old)
        raise


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
