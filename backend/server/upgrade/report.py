"""What an upgrade tells, in words and as JSON."""

from dataclasses import dataclass, field
from typing import Any

from server.check.finding import Finding


class UpgradeError(Exception):
    """An upgrade was not made, and nothing has changed unless `str(error)` says so."""


@dataclass
class Report:
    """Of a rehearsal or of an upgrade. `back` is the command that leads back."""

    rehearsed: bool
    backup: str | None = None
    prepare_seconds: float = 0.0
    """Restoring the backup aside, or making and verifying one."""
    revision_before: str = ""
    revision_after: str = ""
    migrate_seconds: float = 0.0
    locked_seconds: float = 0.0
    """The migrations, and looking at every row before and after them: so long nobody else works on the tables."""
    tables: list[dict[str, Any]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    back: str | None = None
    moved_from: str | None = None
    """The major version of PostgreSQL that made the cluster before."""
    lost: str | None = None
    """What is not in it, in a sentence."""

    @property
    def ok(self) -> bool:
        return not any(one.verdict == "fail" for one in self.findings)

    @property
    def worst(self) -> str:
        """What failed first."""
        return next((one.says for one in self.findings if one.verdict == "fail"), "")

    def as_object(self) -> dict[str, Any]:
        checks = [
            {"name": one.name, "status": one.verdict, "detail": one.says, "mend": one.mend or None}
            for one in self.findings
        ]
        numbers = {
            name: round(getattr(self, name), 3) for name in ("prepare_seconds", "migrate_seconds", "locked_seconds")
        }
        return {
            "ok": self.ok,
            "rehearsed": self.rehearsed,
            "backup": self.backup,
            "revision_before": self.revision_before,
            "revision_after": self.revision_after,
            **numbers,
            "tables": self.tables,
            "checks": checks,
            "moved_from_postgresql": self.moved_from,
            "lost": self.lost,
            "back": self.back,
        }

    def in_words(self) -> list[str]:
        what = "restored beside the live database" if self.rehearsed else "made and verified"
        lines = [f"The backup {self.backup} was {what} in {self.prepare_seconds:.1f} s."] if self.backup else []
        if self.moved_from:
            lines.append(f"Every row of it is in a new cluster, which was made by PostgreSQL {self.moved_from} before.")
            lines += [self.lost] if self.lost else []
        elif self.revision_before == self.revision_after:
            lines.append(f"The schema is {self.revision_after} already: nothing was migrated.")
        else:
            lines.append(
                f"Schema {self.revision_before} to {self.revision_after}: migrated in {self.migrate_seconds:.1f} s,"
                f" {self.locked_seconds:.1f} s with looking at every row before and after."
            )
        for one in self.tables:
            state = "rewritten, as the migration says" if one["rewritten"] else "every row as before"
            lines.append(f"  {one['table']:<18} {one['rows']:>9} rows, {state}")
        lines += [f"{one.verdict:<5} {one.name:<14} {one.says} {one.mend}".rstrip() for one in self.findings]
        if self.rehearsed:
            lines.append(
                "Nothing live was touched." if self.ok else "Nothing live was touched: do not upgrade like this."
            )
        if self.back:
            lines.append(f"Back: {self.back}")
        return lines
