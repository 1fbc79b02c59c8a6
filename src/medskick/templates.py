"""The page templates of the room ``viz``: one environment, autoescaped, that marks texts of another language."""

from typing import TYPE_CHECKING, Any

from medskick.rooms import room
from medskick.words import Foreign, pick

if TYPE_CHECKING:
    import jinja2


def marked(text: str) -> str:
    """Return a text as content of an element: one that is in another language than the page carries its language."""
    from markupsafe import Markup

    return Markup('<span lang="{}">{}</span>').format(text.lang, str(text)) if isinstance(text, Foreign) else text


def environment(**options: Any) -> "jinja2.Environment":
    """Return an environment over the room; ``options`` are Jinja's own.

    Its filters: ``in_lang(lang)`` picks from a text by language, ``marked`` says the language of what is not in the
    page's (only where an element may stand: not in an attribute, a ``title`` or an ``option``).
    """
    import jinja2

    made = jinja2.Environment(loader=jinja2.FileSystemLoader(room("viz")), autoescape=True, **options)
    made.filters |= {"in_lang": pick, "marked": marked}
    return made
