"""A bucket: nobody reads it past the portal, and when it is away nothing is half done."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from office.audit.models import Event
from registry.commands.evidence import evidence_add, evidence_clean_up, evidence_remove
from registry.models import Evidence
from tests.clients import PortalClient
from tests.registry.people import draft_of_today, upload
from tests.storage.server import BUCKET, KEY, SECRET, Server, free_ports
from zsjxjy.checks import files_storage as check_settings

pytestmark = pytest.mark.django_db
_A_MINUTE = timedelta(minutes=1)


def test_an_object_has_no_address_and_strangers_are_refused(bucket: Server) -> None:
    claimed = SimpleUploadedFile("a.png", b"<script>alert(1)</script>", "text/html")
    name = default_storage.save("evidence/a.png", claimed)
    with pytest.raises(NotImplementedError):
        default_storage.url(name)
    key = f"{default_storage.location}/{name}"
    assert "html" not in bucket.client().head_object(Bucket=BUCKET, Key=key)["ContentType"]
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{bucket.address}/{BUCKET}/{key}")
    assert refused.value.code == 403


def test_a_public_bucket_is_found_out(bucket: Server, use: Any) -> None:
    owner, name = bucket.client(), f"open-{uuid.uuid4().hex}"
    owner.create_bucket(Bucket=name)
    use(S3_BUCKET=name)
    rule = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{name}/*"}
    owner.put_bucket_policy(Bucket=name, Policy=json.dumps({"Version": "2012-10-17", "Statement": [rule]}))
    with pytest.raises(CommandError, match="存储桶是公开的"):
        call_command("storage_check")
    assert default_storage.listdir("trial") == ([], [])


def nobody_listens(_: Server) -> dict[str, str]:
    return {"S3_ENDPOINT_URL": f"http://127.0.0.1:{free_ports(1)[0]}"}


AWAY: dict[str, Callable[[Server], dict[str, str]]] = {
    "nobody listens": nobody_listens,
    "a wrong secret": lambda _: {"S3_SECRET_ACCESS_KEY": "wrong"},
    "an unknown key": lambda _: {"S3_ACCESS_KEY_ID": "unknown"},
    "no such bucket": lambda _: {"S3_BUCKET": "nowhere"},
}


@pytest.mark.parametrize("why", AWAY)
def test_what_cannot_be_stored_leaves_no_row(why: str, bucket: Server, use: Any) -> None:
    claim = draft_of_today()
    browser = PortalClient()
    browser.force_login(claim.practitioner.user)
    use(**AWAY[why](bucket))
    form = {"token": str(uuid.uuid4()), "file_exam_result": upload()}
    answer = browser.post(reverse("registry:claim_evidence", args=[claim.pk]), form)
    assert answer.status_code == 422
    (error,) = answer.context["form"].errors.as_data()["file_exam_result"]
    assert error.code == "storage_full"
    assert "服务器暂时无法保存文件，请稍后再试" in answer.content.decode()
    assert (Evidence.objects.count(), Event.objects.filter(action="evidence.add").count()) == (0, 0)
    with pytest.raises(CommandError, match="文件存储不可用"):
        call_command("storage_check")


def test_while_the_server_is_down_pages_say_so_and_afterwards_all_is_there(
    bucket: Server, use: Any, django_capture_on_commit_callbacks: Any
) -> None:
    claim = draft_of_today()
    add = {"actor": claim.practitioner.user, "claim": claim, "kind": "exam_result"}
    row, gone = (evidence_add(**add, upload=upload(shade=n), token=uuid.uuid4()) for n in (1, 2))
    browser = PortalClient()
    browser.force_login(claim.practitioner.user)
    pages = [
        reverse(f"registry:{name}", args=[claim.pk, row.pk, *more])
        for name, more in {"evidence_file": (), "evidence_page": (1,)}.items()
    ]
    use(**nobody_listens(bucket))
    for page in pages:
        answer = browser.get(page)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    with django_capture_on_commit_callbacks(execute=True):
        evidence_remove(actor=claim.practitioner.user, evidence=gone)  # the clean-up will take the file
    use(S3_ENDPOINT_URL=bucket.address)
    assert [browser.get(page).status_code for page in pages] == [200, 200]
    assert default_storage.exists(gone.file.name)
    assert evidence_clean_up(older_than=-_A_MINUTE) == 1
    assert [file.file.name for file in Evidence.objects.all()] == [row.file.name]


WRONG = {
    "another kind of place": ({"FILES_STORAGE": "ftp"}, ["portal.E001"]),
    "no bucket": ({"S3_BUCKET": ""}, ["portal.E002"]),
    "half a pair of keys": ({"S3_SECRET_ACCESS_KEY": ""}, ["portal.E003"]),
    "an address anybody can listen to": ({"S3_ENDPOINT_URL": "http://store.example"}, ["portal.E004"]),
    "no address": ({"S3_ENDPOINT_URL": "store"}, ["portal.E004"]),
    "neither address nor region": ({"S3_ENDPOINT_URL": ""}, ["portal.E005"]),
    "all right, over TLS": ({}, []),
    "all right, on this machine": ({"S3_ENDPOINT_URL": "http://127.0.0.1:8333"}, []),
    "all right, keys from the machine": ({"S3_SECRET_ACCESS_KEY": "", "S3_ACCESS_KEY_ID": ""}, []),
    "all right, at Amazon": ({"S3_ENDPOINT_URL": "", "S3_REGION": "cn-north-1"}, []),
}
RIGHT = {"S3_ENDPOINT_URL": "https://store.example", "S3_ACCESS_KEY_ID": KEY, "S3_SECRET_ACCESS_KEY": SECRET}


@pytest.mark.parametrize("name", WRONG)
def test_settings_that_cannot_work_stop_the_start(name: str, use: Any, settings: Any) -> None:
    changes, found = WRONG[name]
    use(**{**RIGHT, **changes})
    settings.FILES_STORAGE = changes.get("FILES_STORAGE", "s3")
    assert [message.id for message in check_settings()] == found
