"""What the documents name is there."""

import re

from support.server import REPOSITORY

TESTS = REPOSITORY / "Tests"


def test_the_threat_model_names_tests_that_exist() -> None:
    text = (REPOSITORY / "docs" / "threat-model.md").read_text()
    suites = set(re.findall(r"\b\w+Tests\b", text))
    files = set(re.findall(r"e2e/([\w/]+\.py)", text))
    assert len(suites) > 20 and len(files) > 10
    assert suites <= {file.stem for file in TESTS.rglob("*.swift")}
    assert {file for file in files if not (TESTS / "EndToEnd" / file).exists()} == set()
