"""Brokerage between levels of government: the roles of Gould & Fernandez (1989), for ties without a direction."""

from collections.abc import Mapping, Sequence

ROLES = ("coordinator", "consultant", "gatekeeper", "liaison")
"""Between two actors who have not met: all three of one level; the two of one level, the broker of another; one of the
two of the broker's level; all three of different levels."""


def roles_of(
    activities: Sequence[Sequence[int]], levels: Sequence[str], brokers: Sequence[int]
) -> list[Mapping[str, int]]:
    """Return for each broker how many pairs of actors it stands between in each role (``ROLES``).

    ``activities`` are the numbers of the actors of each activity, ``levels`` the level of each actor by its number,
    empty where it is not known: such an actor is in no pair. Two actors have met if they share an activity.
    """
    met = [0] * len(levels)
    for present in activities:
        group = 0
        for actor in present:
            group |= 1 << actor
        for actor in present:
            met[actor] |= group
    of_level: dict[str, int] = {}
    for actor, level in enumerate(levels):
        if level:
            of_level[level] = of_level.get(level, 0) | 1 << actor
    known = 0
    for members in of_level.values():
        known |= members
    counted: list[Mapping[str, int]] = []
    for broker in brokers:
        own = of_level.get(levels[broker], 0)
        twice = dict.fromkeys(ROLES, 0)
        near = met[broker] & known & ~(1 << broker)
        for one, level in enumerate(levels):
            if not own or not near >> one & 1:
                continue
            # those whom the broker has met and this one has not
            open_to = near & ~met[one] & ~(1 << one)
            same, its_level = (open_to & own).bit_count(), (open_to & of_level[level]).bit_count()
            if level == levels[broker]:
                twice["coordinator"] += same
                twice["gatekeeper"] += open_to.bit_count() - same
            else:
                twice["gatekeeper"] += same
                twice["consultant"] += its_level
                twice["liaison"] += open_to.bit_count() - same - its_level
        counted.append({role: pairs // 2 for role, pairs in twice.items()})
    return counted
