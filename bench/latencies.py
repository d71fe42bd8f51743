"""Latencies as they were. wrk 4.1 fills up what a steady stream of requests would have met while one answer was late
(`stats_correct` in its stats.c); pgbench does not, and nobody sent those requests: they are taken away again.
"""


def as_they_were(histogram: dict[int, int], requests: int, micros: int, connections: int) -> list[int]:
    """The latencies of all requests in µs, sorted, from wrk's counts by latency."""
    counts = dict(histogram)
    if sum(counts.values()) > requests >= connections:
        expected = micros // (requests // connections)
        for latency in sorted(counts, reverse=True):
            if latency < 2 * expected:
                break
            # wrk added to lower latencies only, so that what is left here by now was measured.
            for filled in range(latency - expected, expected, -expected):
                counts[filled] -= counts[latency]
    found = [latency for latency in sorted(counts) for _ in range(counts[latency])]
    if len(found) != requests:
        raise SystemExit(f"wrk counts {len(found)} latencies for {requests} requests: see bench/latencies.py.")
    return found


def quantiles(latencies: list[int]) -> tuple[float, float, float, float]:
    """p50, p95, p99 and the slowest, in ms, of sorted latencies in µs."""
    p50, p95, p99 = (latencies[int(len(latencies) * share)] / 1000 for share in (0.5, 0.95, 0.99))
    return p50, p95, p99, latencies[-1] / 1000
