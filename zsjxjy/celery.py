"""The Celery app. Redis and Celery only wake workers up: what must be done stands in `office.jobs` rows."""

import os

from celery import Celery
from celery.signals import setup_logging
from django_structlog.celery.steps import DjangoStructLogInitStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zsjxjy.settings")

app = Celery("zsjxjy")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["worker"].add(DjangoStructLogInitStep)


@setup_logging.connect
def keep_our_logging(**_: object) -> None:
    """Stop Celery from installing its own log handlers: Django's LOGGING serves the workers too."""
