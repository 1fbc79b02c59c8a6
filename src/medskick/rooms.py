"""Where the content rooms are, in a checkout beside ``src``, in a wheel inside the package; what a question file is."""

from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_CHECKOUT = _PACKAGE.parents[1]

ROOMS = ("ontology", "graph", "queries", "viz")


@cache
def in_checkout() -> bool:
    """Tell whether the package runs from a source checkout (the rooms lie beside ``src``)."""
    return (_CHECKOUT / "pyproject.toml").is_file() and (_CHECKOUT / "ontology").is_dir()


def room(name: str) -> Path:
    """Return the folder of a content room: ``ontology``, ``graph``, ``queries`` or ``viz``.

    Raises ``KeyError`` for another name.
    """
    if name not in ROOMS:
        raise KeyError(name)
    return (_CHECKOUT if in_checkout() else _PACKAGE / "_rooms") / name


def split_question(text: str) -> tuple[str, str]:
    """Return the header (YAML) and the query of a file of the room ``queries``: header lines begin with ``#+``."""
    lines = text.splitlines()
    header = (line[2:].removeprefix(" ") for line in lines if line.startswith("#+"))
    return "\n".join(header), "\n".join(line for line in lines if not line.startswith("#+")).strip()


def home() -> Path:
    """Return the folder that holds built stores: ``.medskick`` in a checkout, else the user's data folder."""
    if in_checkout():
        return _CHECKOUT / ".medskick"
    from platformdirs import user_data_path

    return user_data_path("medskick", appauthor=False)


@cache
def version() -> str:
    """Return the version of the installed package, as ``pyproject.toml`` gives it."""
    from importlib import metadata

    try:
        return metadata.version("medskick")
    except metadata.PackageNotFoundError:  # run straight from the sources, never installed
        import tomllib

        return str(tomllib.loads((_CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])
