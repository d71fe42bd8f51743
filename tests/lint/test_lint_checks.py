"""Our own checks of the sources find what they are for, and let pass what is sound."""

import base64
import json

import pytest

from lint.hashes import unhashed, without_integrity
from lint.sbom import components
from lint.secrets import found_in


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("-----BEGIN RSA " + "PRIVATE KEY-----", "private key"),
        ("ghp_" + "a" * 36, "token of a forge"),
        ("key = 'AKIA" + "A" * 16 + "'", "key of a cloud"),
        ("eyJ" + "a" * 20 + ".eyJ" + "b" * 20 + "." + "c" * 30, "JSON web token"),
        ("todo_" + "a" * 64, "our access token"),
        ("postgresql://me:" + "npg_abcdefgh1234" + "@ep-x.eu.aws.neon.tech/db", "password in a URL of Neon"),
        ("JWT_SECRET=" + "a" * 40, "secret in a variable"),
    ],
)
def test_a_secret(text: str, kind: str) -> None:
    assert list(found_in(f"first line\n{text}\n")) == [(2, kind)]


@pytest.mark.parametrize(
    "text",
    [
        "JWT_SECRET=$(openssl rand -base64 48)",
        "postgresql://user:password@ep-x.neon.tech/db",
        "todo_app",
        "eyJhbGciOiJIUzI1NiJ9",
        "JWT_SECRET=",
    ],
)
def test_no_secret(text: str) -> None:
    assert list(found_in(text)) == []


def test_a_package_without_hash_or_pin() -> None:
    good = "a==1 \\\n    --hash=sha256:00 \\\n    --hash=sha256:11\n    # via b\n"
    assert list(unhashed(good)) == []
    assert list(unhashed(good + "b==2\n    # via a\nc>=3 \\\n    --hash=sha256:00\n")) == ["b==2", "c>=3"]


def test_a_package_without_integrity() -> None:
    lock = (
        '{"packages": {"": {}, "node_modules/a": {"integrity": "sha512-x"}, "node_modules/b": {"integrity": "sha1-x"}}}'
    )
    assert list(without_integrity(lock)) == ["node_modules/b"]


def test_the_packages_that_the_page_is_built_from() -> None:
    one = {"version": "1.2.3", "license": "MIT", "integrity": "sha512-" + base64.b64encode(b"\xab" * 64).decode()}
    packages = {
        "": {"name": "todo-page", "version": "0.1.0"},
        "node_modules/@scope/a": one,
        "node_modules/b/node_modules/@scope/a": one,
        "node_modules/b": {**one, "dev": True},
    }
    assert list(components(json.dumps({"packages": packages}))) == [
        {
            "type": "library",
            "bom-ref": "pkg:npm/%40scope/a@1.2.3",
            "group": "@scope",
            "name": "a",
            "version": "1.2.3",
            "purl": "pkg:npm/%40scope/a@1.2.3",
            "hashes": [{"alg": "SHA-512", "content": "ab" * 64}],
            "licenses": [{"expression": "MIT"}],
        }
    ]
