"""Both places where files may lie: a folder, and a bucket of a real S3-speaking server."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import environ
import pytest

from tests.storage.server import BUCKET, KEY, SECRET, Server, nothing_left, server_in
from zsjxjy.storage import files_storage


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The server, with one bucket."""
    folder = tmp_path_factory.mktemp("s3")
    found = server_in(folder)
    found.start()
    try:
        found.client().create_bucket(Bucket=BUCKET)
        yield found
    finally:
        found.stop()
        nothing_left(folder)


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Any:
    """Settings of a bucket as an operator sets them, by the environment; what is said here is set on top."""

    def put_into_force(**more: str) -> None:
        for name, value in {"FILES_STORAGE": "s3", "S3_BUCKET": BUCKET, **more}.items():
            monkeypatch.setenv(name, value)
        settings.FILES_STORAGE = "s3"
        settings.STORAGES = {**settings.STORAGES, "default": files_storage(environ.Env())}

    return put_into_force


@pytest.fixture
def bucket(server: Server, use: Any) -> Server:
    """Files lie in the bucket, under a prefix of the test."""
    use(
        S3_ENDPOINT_URL=server.address,
        S3_ACCESS_KEY_ID=KEY,
        S3_SECRET_ACCESS_KEY=SECRET,
        S3_PREFIX=uuid.uuid4().hex,
    )
    return server


@pytest.fixture(params=["folder", "bucket"])
def place(request: pytest.FixtureRequest, tmp_path: Path, settings: Any) -> str:
    """Each test in both places."""
    if request.param == "bucket":
        request.getfixturevalue("bucket")
    else:
        settings.MEDIA_ROOT = tmp_path / "media"
    return str(request.param)
