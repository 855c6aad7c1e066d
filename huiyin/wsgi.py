"""What the web server loads."""

import os

from django.core.wsgi import get_wsgi_application

from huiyin.office.database import embedded_is_used, home_folder
from huiyin.office.embedded import Embedded
from huiyin.office.whole_input import whole_requests_only

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huiyin.settings")
if embedded_is_used():
    # Held until the process ends, also where another web server than ours loads the site.
    Embedded(home_folder()).join()
application = whole_requests_only(get_wsgi_application())
