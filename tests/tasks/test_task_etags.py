"""If-Match protects a newer change; If-None-Match saves the same answer twice."""

from concurrent.futures import ThreadPoolExecutor

from tests.conftest import Person, assert_problem

TASKS = "/api/v1/tasks"
MODIFICATIONS: list[tuple[str, str, object]] = [
    ("PATCH", "", {"title": "x"}),
    ("PUT", "", {"description": "x"}),
    ("PATCH", "/complete", {"completed": False}),
    ("POST", "/toggle", None),
    ("DELETE", "", None),
    ("POST", "/restore", None),
]


def etag(person: Person, number: int = 1) -> str:
    return str(person.client.get(f"{TASKS}/{number}").headers["etag"])


def test_every_modification_moves_the_etag(ada: Person) -> None:
    ada.add()
    seen = [etag(ada)]
    for method, path, body in MODIFICATIONS:
        answer = ada.client.request(method, f"{TASKS}/1{path}", json=body)
        assert answer.is_success
        if method != "DELETE":
            seen.append(answer.headers["etag"])
            assert etag(ada) == seen[-1]
    assert len(set(seen)) == len(seen)


def test_a_stale_etag_changes_nothing(ada: Person) -> None:
    ada.add()
    stale = etag(ada)
    current = ada.client.patch(f"{TASKS}/1", json={"title": "newer"}).headers["etag"]
    for wrong in (stale, '"nonsense"', f"W/{current}", f'{stale}, "x"', "not a tag", '""', f"{current} {current}"):
        for method, path, body in MODIFICATIONS[:-1]:
            answer = ada.client.request(method, f"{TASKS}/1{path}", json=body, headers={"If-Match": wrong})
            assert_problem(answer, 412, "PRECONDITION_FAILED")
    assert etag(ada) == current
    for right in ("{}", '"x", {}', "{},"):
        answer = ada.client.patch(f"{TASKS}/1", json={"title": "again"}, headers={"If-Match": right.format(current)})
        assert answer.status_code == 200
        current = answer.headers["etag"]
    assert ada.client.delete(f"{TASKS}/1", headers={"If-Match": "*"}).status_code == 204
    assert_problem(ada.client.post(f"{TASKS}/1/restore", headers={"If-Match": stale}), 412, "PRECONDITION_FAILED")
    assert_problem(
        ada.client.patch(f"{TASKS}/1", json={"title": "x"}, headers={"If-Match": "*"}), 404, "TASK_NOT_FOUND"
    )


def test_a_list_has_no_etag_to_match(ada: Person) -> None:
    ada.add()
    for method, path, body in (
        ("POST", "", {"title": "x"}),
        ("POST", "/batch", {"tasks": [{"title": "x"}]}),
        ("DELETE", "?all=true", None),
        ("DELETE", "/deleted", None),
    ):
        answer = ada.client.request(method, f"{TASKS}{path}", json=body, headers={"If-Match": '"1"'})
        assert_problem(answer, 412, "PRECONDITION_FAILED")
        assert ada.client.request(method, f"{TASKS}{path}", json=body, headers={"If-Match": "*"}).is_success


def test_the_same_version_is_not_sent_twice(ada: Person) -> None:
    ada.add()
    tag = etag(ada)
    for known in (tag, f"W/{tag}", f'"x", {tag}', "*"):
        answer = ada.client.get(f"{TASKS}/1", headers={"If-None-Match": known})
        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", tag)
    assert ada.client.get(f"{TASKS}/1", headers={"If-None-Match": '"x"'}).status_code == 200


def test_of_many_who_saw_the_same_version_one_may_change_it(ada: Person) -> None:
    ada.add()
    tag = etag(ada)

    def change(i: int) -> int:
        return ada.client.patch(f"{TASKS}/1", json={"title": f"t{i}"}, headers={"If-Match": tag}).status_code

    with ThreadPoolExecutor(12) as people:
        statuses = list(people.map(change, range(12)))
    assert sorted(statuses) == [200] + [412] * 11
