"""Write ``docs/reference/commands.md`` from the commands themselves: ``uv run python docs/command_pages.py``."""

import os
from collections.abc import Iterator
from pathlib import Path

# the commands choose their language when they are imported
os.environ["MEDSKICK_LANG"] = "en"

import click
import typer.main

from medskick.cli import app

PAGE = Path(__file__).resolve().parent / "reference" / "commands.md"
_LEAD = """\
# Commands

Every command, argument and option, as `--help` shows them. This page is written by `docs/command_pages.py`.

Each command writes in the reader's language (`--lang`, else `MEDSKICK_LANG`, else that of the system). A question's own
choices are options too: `uv run medskick ask` lists them. The exit code is 0 when the command succeeded, 1 when
it failed, and 2 when an argument or a file is wrong.
"""


def commands(command: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    """Yield a command's full name and the command, those of a group one by one."""
    if isinstance(command, click.Group):
        for sub, inner in sorted(command.commands.items()):
            yield from commands(inner, f"{name} {sub}")
    else:
        yield name, command


def _row(name: str, text: str) -> str:
    return f"| {name} | {' '.join(text.split())} |".replace("…|", "… |")


def _parameter(param: click.Parameter, context: click.Context) -> str:
    meta = (param.make_metavar(context) or "").replace("|", "\\|")
    help_text = str(getattr(param, "help", None) or "")
    if isinstance(param, click.Option):
        flag = param.is_flag or not meta
        names = ", ".join(f"`{name}`" for name in (*param.opts, *param.secondary_opts))
        return _row(names if flag else f"{names} {meta}", help_text)
    return _row(f"`{meta}`" if "|" not in meta else meta, help_text)


def page() -> str:
    """Return the page: a heading for each command, and a table of what it takes."""
    lines = [_LEAD]
    for name, command in commands(typer.main.get_command(app), "medskick"):
        context = click.Context(command, info_name=name)
        parameters = [_parameter(p, context) for p in command.params if not getattr(p, "hidden", False)]
        lines += [f"## {name}\n", f"{' '.join((command.help or '').split())}\n"]
        if parameters:
            lines += ["| argument or option | meaning |", "|---|---|", *parameters, ""]
    return "\n".join(lines).rstrip() + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
