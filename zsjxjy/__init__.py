"""The hours portal as a Django project; the Celery app is loaded with it so that `delay` finds its broker."""

from zsjxjy.celery import app as celery_app

__all__ = ["celery_app"]
