"""What a test needs and a machine may lack."""

import os

import pytest


def skip_without(what: str) -> None:
    """Skips, which `-ra` makes visible; where everything has to be there, fails."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"not tested without {what}", pytrace=False)
    pytest.skip(f"not tested without {what}")
