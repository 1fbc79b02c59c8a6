"""Where a sentence ends."""

from medskick.words import Lang


def sentences(text: str, lang: Lang) -> list[str]:
    """Return the sentences of a text in order; what begins in lower case or with § goes on from the one before."""
    from sentencex import segment

    ended: list[str] = []
    for piece in segment(lang, text):
        if not (stripped := piece.strip()):
            continue
        if ended and (stripped[0].islower() or stripped[0] == "§" or not any(c.isalnum() for c in stripped)):
            ended[-1] = f"{ended[-1]} {stripped}"
        else:
            ended.append(stripped)
    return ended
