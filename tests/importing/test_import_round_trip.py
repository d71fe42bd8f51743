"""Records into the database and back, whatever they hold."""

import json
import uuid
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import Person
from tests.importing.records import meant, told

TEXT = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=60)
MOMENT = st.datetimes().map(lambda moment: moment.isoformat(timespec="microseconds"))
RECORD = st.fixed_dictionaries(
    {
        "id": st.integers(1, 2**53 - 1) | st.integers(1, 20),
        "title": TEXT.filter(lambda text: text.strip() != ""),
        "description": TEXT,
        "completed": st.booleans(),
        "created_at": MOMENT,
        "updated_at": MOMENT,
    }
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(records=st.lists(RECORD, max_size=12, unique_by=lambda record: record["id"]))
def test_what_goes_in_is_what_is_listed(ada: Person, records: list[dict[str, Any]]) -> None:
    ada.client.delete("/api/v1/tasks", params={"all": "true"})
    # The unknown field makes them records that the ledger has not seen in an earlier example.
    sent = [{**record, "example": str(uuid.uuid4())} for record in records]
    headers = {"Content-Type": "application/json"}
    answer = ada.client.post("/api/v1/tasks/import", content=json.dumps({"tasks": sent}), headers=headers)
    assert answer.status_code == 200, answer.text
    assert answer.json()["imported"] == len(records)
    assert [told(task) for task in ada.tasks()] == [meant(one) for one in sorted(records, key=lambda one: one["id"])]
