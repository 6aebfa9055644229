"""Where files that people hand in are kept: a folder of this machine, or an S3-compatible bucket (`FILES_STORAGE`)."""

from __future__ import annotations

from typing import Any

import environ
from botocore.config import Config

LOCAL, S3 = "local", "s3"
_SPOOLED_BYTES = 2_621_440  # of a file on its way out: above, it waits in a temporary file


def files_storage(env: environ.Env) -> dict[str, Any]:
    """Django's STORAGES["default"]; `zsjxjy.checks` says what is wrong with the settings."""
    if env.str("FILES_STORAGE", default=LOCAL) != S3:
        return {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    return {
        "BACKEND": "office.files.objects.PrivateBucket",
        "OPTIONS": {
            "bucket_name": env.str("S3_BUCKET", default=""),
            "endpoint_url": env.str("S3_ENDPOINT_URL", default="") or None,
            "region_name": env.str("S3_REGION", default="") or None,
            "access_key": env.str("S3_ACCESS_KEY_ID", default="") or None,
            "secret_key": env.str("S3_SECRET_ACCESS_KEY", default="") or None,
            "location": env.str("S3_PREFIX", default=""),
            # No ACL is sent: objects are as private as the bucket, and stores that know no ACLs refuse one.
            "default_acl": None,
            "querystring_auth": False,
            "file_overwrite": False,
            "max_memory_size": _SPOOLED_BYTES,
            "client_config": _client(env.str("S3_ADDRESSING_STYLE", default="auto")),
        },
    }


def _client(addressing_style: str) -> Config:
    return Config(
        s3={"addressing_style": addressing_style},
        signature_version="s3v4",
        connect_timeout=5,
        read_timeout=20,
        retries={"mode": "standard", "total_max_attempts": 2},
        # Check sums in trailers are Amazon's own: most compatible stores do not know them.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
