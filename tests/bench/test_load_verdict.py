"""What `make load` makes of answers and figures."""

from dataclasses import replace

import pytest

from bench.endurance.connection import Answer, Broken, read_answer
from bench.endurance.phase import PLANS, Phase
from bench.endurance.tally import Latencies, Tally
from bench.endurance.verdict import CONNECTIONS, judge
from bench.endurance.watch import Ledger, Sample, expected
from bench.measure import Usage

HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n"
BEFORE = Ledger(100_000, 0, 0)


def test_an_answer_is_read_when_all_of_it_has_come() -> None:
    whole = HEAD + b"\r\nhello"
    for length in range(len(whole)):
        assert read_answer(whole[:length]) is None
    assert read_answer(whole) == Answer(200, HEAD, b"hello")
    assert read_answer(b"HTTP/1.1 204 No Content\r\n\r\n") == Answer(204, b"HTTP/1.1 204 No Content\r\n", b"")


@pytest.mark.parametrize(
    "received",
    [HEAD + b"\r\nhello again", b"HTTP/1.1 200 OK\r\n\r\n", b"SSH-2.0\r\n\r\n"],
    ids=["more", "no length", "SSH"],
)
def test_what_is_no_answer_is_broken(received: bytes) -> None:
    with pytest.raises(Broken):
        read_answer(received)


def test_quantiles_are_never_flattered() -> None:
    found = Latencies()
    for milliseconds in range(1, 101):
        found.note(milliseconds / 1000 + 0.00003)
    assert [found.quantile(share) for share in (0.5, 0.95, 0.99)] == [51.1, 96.1, 100.1]
    assert found.total == 100
    assert found.slowest == pytest.approx(100.03)
    assert Latencies().quantile(0.99) == 0.0


def a_phase() -> Phase:
    tally = Tally(100)
    for second in range(100):
        tally.note("list", second, 0.005)
    samples = [
        Sample(at, {7: 98.0, 8: 120.0}, 4.0, 180, CONNECTIONS, 27_000_000, 9_000_000, 16_384, 100, 0, BEFORE)
        for at in range(0, 100, 2)
    ]
    return Phase(PLANS[0], 100.0, tally, samples, BEFORE, BEFORE, Usage(), 0.1)


def broken_rules(phase: Phase) -> list[str]:
    return [one.name for one in judge(phase) if not one.holds]


def test_a_quiet_phase_holds() -> None:
    assert broken_rules(a_phase()) == []


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("memory of a server process", {"memory": {7: 98.0, 8: 125.1}}),
        ("memory of a PostgreSQL process", {"postgres_memory": 9.1}),
        ("server processes", {"memory": {7: 98.0, 9: 120.0}}),
        ("open files of the server", {"files": 181 + CONNECTIONS}),
        ("database connections, most", {"connections": CONNECTIONS + 1}),
        ("dead rows, most", {"dead": 30_001}),
        ("bytes a task", {"table_bytes": 35_200_000}),
        ("bytes an index entry", {"index_bytes": 13_600_000}),
        ("bytes an idempotency key", {"key_bytes": 24_576}),
    ],
)
def test_growth_is_found(name: str, change: dict[str, object]) -> None:
    phase = a_phase()
    phase.samples[40:] = [replace(sample, **change) for sample in phase.samples[40:]]  # type: ignore[arg-type]
    assert broken_rules(phase) == [name]


def test_the_bin_is_no_growth() -> None:
    phase = a_phase()
    filled = Ledger(100_000, 50_000, 0)
    phase.samples[40:] = [
        replace(sample, ledger=filled, table_bytes=40_500_000, index_bytes=18_000_000) for sample in phase.samples[40:]
    ]
    assert broken_rules(phase) == []


def test_what_was_answered_must_be_there() -> None:
    phase = a_phase()
    phase.tally.added, phase.tally.removed, phase.tally.keyed = 3, 1, 2
    assert expected(BEFORE, phase.tally) == Ledger(100_002, 1, 2)
    assert broken_rules(phase) == [
        *("tasks present at the end", "tasks in the bin at the end", "idempotency keys at the end")
    ]


def test_errors_and_late_answers_are_found() -> None:
    phase = a_phase()
    phase.tally.fail("list", 3.0, "answered 503 instead of 200")
    phase.tally.note("delete", 4.0, 0.201)
    assert broken_rules(phase) == ["errors", "delete, p99"]


def test_the_last_minute_takes_what_comes_after_it() -> None:
    tally = Tally(120)
    for at in (59.9, 60.0, 120.1):
        tally.note("get", at, 0.001)
    assert {number: minute.total for number, minute in tally.minutes.items()} == {0: 1, 1: 2}
