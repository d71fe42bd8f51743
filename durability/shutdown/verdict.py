"""What all cycles came to, and whether everything held."""

import json
from collections import Counter
from dataclasses import dataclass, field

from durability.shutdown.clients import Round

EXIT_MAX_SECONDS = 20.0


@dataclass
class Verdict:
    """Sums over all cycles, in the order of the report. Times in seconds."""

    seed: int
    cycles: int = 0
    acknowledged: int = 0
    closed_while_idle: int = 0
    unanswered: int = 0
    broken: int = 0
    lost: int = 0
    done_without_answer: int = 0
    unclean_exits: int = 0
    slowest_exit: float = 0.0
    last_connection: float = 0.0
    examples: list[str] = field(default_factory=list)

    def stopped(self, found: Round, status: int, told: float, ended: float, said: list[str]) -> None:
        """A server has ended that was told to at `told`, on the clock of `Round.late`."""
        self.cycles += 1
        self.acknowledged += len(found.acknowledged)
        self.closed_while_idle += len(found.closed_on)
        self.unanswered += len(found.unanswered)
        self.broken += len(found.broken)
        self.slowest_exit = max(self.slowest_exit, round(ended - told, 2))
        self.last_connection = max(self.last_connection, round(found.late - told, 2))
        if status != 0 or "Stopped.\n" not in said or any("Traceback" in line for line in said):
            self.unclean_exits += 1
            self._note(f"cycle {found.number}: status {status}: {''.join(said)[-300:]}")
        for what in (*found.broken, *sorted(found.unanswered)):
            self._note(what)

    def kept(self, found: Round, titles: list[str]) -> None:
        """What the next start has of a round."""
        present = Counter(titles)
        lost = found.acknowledged - present.keys()
        strange = [title for title, count in present.items() if title not in found.acknowledged or count > 1]
        self.lost += len(lost)
        self.done_without_answer += len(strange)
        for title in (*sorted(lost), *strange):
            self._note(f"{title}: {'lost' if title in lost else 'there without an answer, or twice'}")

    @property
    def held(self) -> bool:
        wrong = (self.unanswered, self.broken, self.lost, self.done_without_answer, self.unclean_exits)
        return not any(wrong) and self.slowest_exit <= EXIT_MAX_SECONDS and self.acknowledged > 0

    def __str__(self) -> str:
        return json.dumps({"held": self.held, **vars(self)}, ensure_ascii=False)

    def _note(self, text: str) -> None:
        if len(self.examples) < 10:
            self.examples.append(text)
