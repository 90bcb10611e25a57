"""``python -m server`` is ``codlab``."""

import sys

from server.cli import main

sys.exit(main())
