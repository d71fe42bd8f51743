"""How many tasks the others have: a few have very many. Half of the people have fewer than 20, one in a hundred 1,000."""

LEAST, MOST = 10, 50_000
_GOLDEN = (5**0.5 - 1) / 2
"""Its multiples, without their whole parts, lie evenly between 0 and 1 wherever one stops."""


def spread(total: int) -> list[int]:
    """Tasks by person, the most first, `total` together, by Pareto's law with the exponent 1."""
    found: list[int] = []
    place = 0.0
    while total:
        place = (place + _GOLDEN) % 1
        tasks = min(int(LEAST / (1 - place * (1 - LEAST / MOST))), total)
        if total - tasks < LEAST:
            tasks = total
        found.append(tasks)
        total -= tasks
    return sorted(found, reverse=True)
