"""How gunicorn serves the portal; the number of workers and threads can be set in the environment."""

import os

workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
worker_class = "gthread"
timeout = 60
graceful_timeout = 15
keepalive = 5
# Its place is the user's home: two portals of one user would share it.
control_socket_disable = True
# No access log: addresses with search terms belong in no file; requests are logged by django-structlog without them.
accesslog = None
errorlog = "-"
# Its own debug lines tell the path of every request, past the portal's log and what that hides.
loglevel = os.environ.get("LOG_LEVEL", "info").lower().replace("debug", "info")
