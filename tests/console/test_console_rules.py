"""Commands and records answer to the rule cases."""

import pytest

from tests.console.calls import Console, record
from tests.rule_cases import RULE_CASES, RuleCase

TYPED_CASES = [
    case
    for case in RULE_CASES
    if "completed" not in case.fields and all(isinstance(value, str) for value in case.fields.values())
]
"""Those that a person can type."""


@pytest.mark.parametrize("case", TYPED_CASES, ids=str)
def test_add_answers_to_the_rules(todo: Console, case: RuleCase) -> None:
    field = list(case.fields)[-1]
    outcome = todo("add", "--json", "--", *(str(text) for text in case.fields.values()))
    if case.fault is None:
        assert outcome.json["task"][field] == case.kept
        assert todo.json("show", "1")["task"][field] == case.kept
    else:
        assert (outcome.code, outcome.json["error_code"]) == (1, 1)
        assert outcome.json["error"].startswith(case.fault.capitalize())
        assert not todo.path.exists()


@pytest.mark.parametrize("case", RULE_CASES, ids=str)
def test_records_answer_to_the_rules(todo: Console, case: RuleCase) -> None:
    field, _ = list(case.fields.items())[-1]
    todo.holds([record(1) | case.fields])
    outcome = todo("list", "--json")
    if case.fault is None:
        assert outcome.json["tasks"][0][field] == case.kept
        assert outcome.err == ""
    else:
        assert outcome.json == {"tasks": []}
        assert "record 1 is no valid task" in outcome.err


@pytest.mark.parametrize("case", TYPED_CASES, ids=str)
def test_update_answers_to_the_rules(todo: Console, case: RuleCase) -> None:
    field = list(case.fields)[-1]
    todo("add", "before", "as before")
    outcome = todo("update", "--json", "--", "1", *(str(text) for text in case.fields.values()))
    if case.fault is None:
        assert outcome.json["task"][field] == case.kept
    else:
        assert outcome.code == 1
        assert todo.tasks()[0]["title"] == "before"
