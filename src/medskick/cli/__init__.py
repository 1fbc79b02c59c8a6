"""The command line: one thin command each, in the reader's language. Exit codes: 0 done, 1 failed, 2 bad input."""

import os
import sys

# first: it gives the command line library its words before that is imported
from medskick.cli.common import app

# isort: split

from medskick.cli import (  # noqa: F401
    ask_commands,
    cite_command,
    common,
    copy_commands,
    dataset_commands,
    feedback_commands,
    link_commands,
    push_command,
    read_command,
    report_commands,
    review_commands,
    server_commands,
    sheet_commands,
    version_commands,
)

__all__ = ["app", "common", "main"]


def main() -> None:
    """Run the command line."""
    # a pipe's reader on Windows may not expect UTF-8 by itself
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        try:
            app()
        finally:
            sys.stdout.flush()
    except OSError as error:
        from medskick.graph.whole_files import no_room

        # nothing more is written there at the end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        # the reader of a pipe has seen enough
        if not isinstance(error, BrokenPipeError):
            if not no_room(error):
                raise
            common.tell(common.words("no-room"))
            sys.exit(2)
