"""Adds what the page is built from to build/sbom.json: the packages of frontend/package-lock.json that are not for development.

`npm sbom --omit dev` leaves Svelte out, because a package for development asks for it as well.
"""

import base64
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

_BILL = Path("build/sbom.json")
_LOCK = Path("frontend/package-lock.json")


def components(lock: str) -> Iterator[dict[str, object]]:
    """The production packages of an npm lock (its versions 2 and 3), as CycloneDX has them. One installed twice comes once."""
    seen = set()
    for path, package in json.loads(lock)["packages"].items():
        if not path or any(package.get(mark) for mark in ("dev", "devOptional", "link")):
            continue
        full_name = package.get("name") or path.rpartition("node_modules/")[2]
        purl = f"pkg:npm/{quote(full_name)}@{package['version']}"
        if purl in seen:
            continue
        seen.add(purl)
        group, _, name = full_name.rpartition("/")
        digest = base64.b64decode(package["integrity"].removeprefix("sha512-")).hex()
        yield {
            "type": "library",
            "bom-ref": purl,
            **({"group": group} if group else {}),
            "name": name,
            "version": package["version"],
            "purl": purl,
            "hashes": [{"alg": "SHA-512", "content": digest}],
            **({"licenses": [{"expression": package["license"]}]} if "license" in package else {}),
        }


def main() -> int:
    """0; an error of reading or writing is raised."""
    bill = json.loads(_BILL.read_text(encoding="utf-8"))
    page = list(components(_LOCK.read_text(encoding="utf-8")))
    bill["components"] += page
    bill["dependencies"] += [{"ref": one["bom-ref"]} for one in page]
    _BILL.write_text(json.dumps(bill, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
