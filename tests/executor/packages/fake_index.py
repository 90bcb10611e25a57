"""A package index and an npm registry on this machine, with packages that misbehave."""

import base64
import hashlib
import io
import json
import tarfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


@dataclass
class FakeIndex:
    """Answers by path; what is asked for is remembered."""

    port: int
    answers: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def add_wheel(self, name: str, files: dict[str, bytes], version: str = "1.0") -> None:
        file = f"{name}-{version}-py3-none-any.whl"
        self._add_file(name, file, wheel(name, version, files))

    def add_sdist(self, name: str, setup: str) -> None:
        files = {f"{name}-1.0/setup.py": setup.encode()}
        self._add_file(name, f"{name}-1.0.tar.gz", tar(files))

    def add_npm(self, name: str, manifest: dict[str, object], files: dict[str, bytes]) -> None:
        manifest = {"name": name, "version": "1.0.0", **manifest}
        content = {f"package/{path}": data for path, data in files.items()}
        tarball = tar({"package/package.json": json.dumps(manifest).encode(), **content})
        integrity = "sha512-" + base64.b64encode(hashlib.sha512(tarball).digest()).decode()
        dist = {"tarball": f"{self.url}/{name}/-/{name}-1.0.0.tgz", "integrity": integrity}
        packument = {
            "name": name,
            "dist-tags": {"latest": "1.0.0"},
            "versions": {"1.0.0": {**manifest, "hasInstallScript": True, "dist": dist}},
        }
        self.answers[f"/{name}"] = "application/json", json.dumps(packument).encode()
        self.answers[f"/{name}/-/{name}-1.0.0.tgz"] = "application/octet-stream", tarball

    def _add_file(self, name: str, file: str, content: bytes) -> None:
        link = f'<a href="/files/{file}">{file}</a>'.encode()
        self.answers[f"/simple/{name}/"] = "text/html", link
        self.answers[f"/files/{file}"] = "application/octet-stream", content


@contextmanager
def fake_index() -> Iterator[FakeIndex]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            index.asked.append(self.path)
            kind, content = index.answers.get(self.path, ("text/plain", b""))
            self.send_response(200 if self.path in index.answers else 404)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        index = FakeIndex(server.server_port)
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield index
        finally:
            server.shutdown()
            thread.join()


def wheel(name: str, version: str, files: dict[str, bytes]) -> bytes:
    info = f"{name}-{version}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n".encode()
    tags = b"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    whole = {**files, f"{info}/METADATA": metadata, f"{info}/WHEEL": tags}
    record = "".join(f"{path},,\n" for path in [*whole, f"{info}/RECORD"]).encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in {**whole, f"{info}/RECORD": record}.items():
            archive.writestr(zipfile.ZipInfo(path), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def tar(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for path, content in files.items():
            member = tarfile.TarInfo(path)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()
