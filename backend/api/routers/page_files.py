"""The files of the built web page, as answers: read once, each in every encoding that the build wrote."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from starlette.requests import Request
from starlette.responses import Response

from api.routers.preconditions import etag, if_none_match

PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self';"
    " manifest-src 'self'; worker-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self';"
    " frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types svelte-trusted-html todo-worker"
)
"""Of the trusted types, one is how Svelte copies the markup of its own components, the other names the service worker."""

FOR_EVER = "public, max-age=31536000, immutable"
ASK_FIRST = "no-cache"

_MEDIA_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/vnd.microsoft.icon",
    ".woff2": "font/woff2",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
    ".txt": "text/plain; charset=utf-8",
}
_ENCODINGS = {"br": ".br", "gzip": ".gz"}
"""By preference: what is smaller comes first."""
_WEIGHT_0 = re.compile(r"\s*q\s*=\s*0(\.0*)?\s*")


@dataclass(frozen=True)
class PageFile:
    """One file, with the encodings that it comes in; `identity` is always among them."""

    media_type: str
    cache_control: str
    version: str
    contents: dict[str, bytes]

    def answer(self, request: Request, status: int = 200) -> Response:
        """In the best encoding that the request takes; 304 where it has this version already."""
        accepted = _accepted(request.headers.get("accept-encoding", ""))
        encoding = next((name for name in _ENCODINGS if name in self.contents and name in accepted), "identity")
        version = f"{self.version}-{encoding}"
        headers = {
            "Cache-Control": self.cache_control,
            "Content-Security-Policy": PAGE_POLICY,
            "ETag": etag(version),
            "Vary": "Accept-Encoding",
        }
        known = if_none_match(request)
        if status == 200 and known is not None and known(version):
            return Response(status_code=304, headers=headers)
        if encoding != "identity":
            headers["Content-Encoding"] = encoding
        return Response(self.contents[encoding], status, headers={**headers, "Content-Type": self.media_type})


def read_page(folder: Path) -> dict[str, PageFile]:
    """What `npm run build` left in `folder`, by its path below it; nothing where it was not built."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.suffix in _MEDIA_TYPES and path.is_file():
            name = PurePosixPath(path.relative_to(folder)).as_posix()
            found[name] = _read(path, FOR_EVER if name.startswith("assets/") else ASK_FIRST)
    return found


def _read(path: Path, cache_control: str) -> PageFile:
    contents = {"identity": path.read_bytes()}
    for encoding, suffix in _ENCODINGS.items():
        compressed = path.with_name(path.name + suffix)
        if compressed.is_file():
            contents[encoding] = compressed.read_bytes()
    version = hashlib.sha256(contents["identity"]).hexdigest()[:20]
    return PageFile(_MEDIA_TYPES[path.suffix], cache_control, version, contents)


def _accepted(header: str) -> set[str]:
    """The encodings that Accept-Encoding names, without those of weight 0 (RFC 9110, section 12.5.3)."""
    accepted = set()
    for part in header.lower().split(","):
        name, _, weight = part.partition(";")
        if not _WEIGHT_0.fullmatch(weight):
            accepted.add(name.strip())
    return accepted
