"""The rules alone, without any door."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.console.json_values import unhurried
from tests.rule_cases import NEXT_NUMBER_CASES, NUMBER_CASES, RULE_CASES, TYPED_NUMBER_CASES, RuleCase
from todo import rules
from todo.errors import InvalidTask

RULES = {
    "title": rules.clean_title,
    "description": rules.clean_description,
    "completed": rules.clean_completed,
}


@pytest.mark.parametrize("case", RULE_CASES, ids=str)
def test_a_rule_keeps_or_refuses(case: RuleCase) -> None:
    field, value = list(case.fields.items())[-1]
    if case.fault is None:
        assert RULES[field](value) == case.kept
        return
    with pytest.raises(InvalidTask) as refusal:
        RULES[field](value)
    assert refusal.value.field == case.fault
    assert str(refusal.value).endswith(".")


@pytest.mark.parametrize(("name", "value", "valid"), NUMBER_CASES)
def test_a_number_is_a_whole_one_that_json_can_count(name: str, value: object, *, valid: bool) -> None:
    if valid:
        assert rules.clean_number(value) == value
        return
    with pytest.raises(InvalidTask) as refusal:
        rules.clean_number(value)
    assert refusal.value.field == "id"


@pytest.mark.parametrize(("text", "number"), TYPED_NUMBER_CASES)
def test_a_typed_number(text: str, number: int | None) -> None:
    assert rules.parse_number(text) == number


@pytest.mark.parametrize(("name", "present", "expected"), NEXT_NUMBER_CASES)
def test_the_next_number_is_the_highest_and_one(name: str, present: list[int], expected: int) -> None:
    assert rules.next_number(max(present, default=None)) == expected


@unhurried
@given(st.text())
def test_a_kept_title_is_kept_again(text: str) -> None:
    try:
        title = rules.clean_title(text)
    except InvalidTask:
        return
    assert 1 <= len(title) <= rules.TITLE_MAX
    assert title == title.strip() == rules.clean_title(title)


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("", True),
        ("ada", True),
        ("ADA", True),
        ("STRASSE", True),
        ("straße", True),
        ("ΣΊΣΥΦΟΣ", True),
        ("grace", False),
        ("strassesisyphus", False),
        ("\x01", False),
        ("\x02", False),
    ],
)
def test_search_knows_no_case_and_no_border(search: str, *, found: bool) -> None:
    assert rules.matches(search, "Ada in der Straße", "σίσυφος") is found
