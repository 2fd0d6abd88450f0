"""The door for WSGI servers; ours is `manage.py serve`."""

import os

from django.core.wsgi import get_wsgi_application

from core.wsgi import refuse_unreadable_headers

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mentorship.settings")
application = refuse_unreadable_headers(get_wsgi_application())
