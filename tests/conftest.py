"""How all tests run."""

from __future__ import annotations

import os

from hypothesis import settings

# A busy machine is no defect; and what is found by chance is to be found by whoever wrote it, not
# by whoever comes next: on CI the examples are the same each time.
settings.register_profile("whodex", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("whodex")
