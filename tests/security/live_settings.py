"""The portal's settings, with two views that fail, and everything that could be kept or sent made visible.

For the process that the canary flies through: what would be cached lies in Redis, what would be mailed lies in files,
and an administrator would get a mail of every error.
"""

import os

from zsjxjy.settings import *  # noqa: F403
from zsjxjy.settings import DATA_DIR, REDIS_URL

ROOT_URLCONF = "tests.security.failing"
ADMINS = [("管理员", "admin@example.com")]
MANAGERS = ADMINS
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = str(DATA_DIR / "mail")
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
CELERY_TASK_DEFAULT_QUEUE = os.environ["QUEUE"]
