"""What the documents name is there."""

import re
from collections import Counter
from pathlib import Path

from support.server import REPOSITORY

TESTS = REPOSITORY / "Tests"
SWIFT, END_TO_END, LAW = r"`(\w+Tests)\.(\w+)`", r"`([\w/]+\.py)::(\w+)`", r"law: `([^`]+)`"


def test_the_threat_model_names_tests_that_exist() -> None:
    text = (REPOSITORY / "docs" / "threat-model.md").read_text()
    suites = set(re.findall(r"\b\w+Tests\b", text))
    files = set(re.findall(r"e2e/([\w/]+\.py)", text))
    assert len(suites) > 20 and len(files) > 10
    assert suites <= {file.stem for file in TESTS.rglob("*.swift")}
    assert {file for file in files if not (TESTS / "EndToEnd" / file).exists()} == set()


def test_the_security_requirements_name_tests_that_exist() -> None:
    text = (REPOSITORY / "docs" / "security.md").read_text()
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in text.splitlines() if re.match(r"\| \d", line)]
    assert [int(row[0]) for row in rows] == list(range(1, 81))
    for number, _, how, shown_by, verdict in rows:
        tests = [re.findall(kind, shown_by) for kind in (SWIFT, END_TO_END, LAW)]
        assert any(tests) == (verdict in ("met", "partly")), number
        assert how, number
        # Nothing but tests stands there, each in one of the three forms.
        assert set(re.sub("|".join((SWIFT, END_TO_END, LAW)), "", shown_by)) <= set(", "), number
    counts = Counter(row[-1] for row in rows)
    assert counts.keys() <= {"met", "partly", "not met", "does not apply"}
    assert (
        f"{counts['met']} met, {counts['partly']} partly, {counts['not met']} not met, "
        f"{counts['does not apply']} do not apply" in text
    )

    sources = {file: file.read_text() for file in TESTS.rglob("*.swift")}
    named = set(re.findall(SWIFT, text))
    assert len(named) > 80
    assert {f"{suite}.{test}" for suite, test in named if not is_there(suite, test, sources)} == set()
    files = set(re.findall(END_TO_END, text))
    assert len(files) > 50
    assert {f"{file}::{test}" for file, test in files if f"def {test}(" not in read(TESTS / "EndToEnd" / file)} == set()
    laws = "".join(source for file, source in sources.items() if file.name.startswith("StoreLaw"))
    assert {law for law in re.findall(LAW, text) if f'"{law}"' not in laws} == set()


def test_what_ends_what_names_laws_that_exist() -> None:
    text = (REPOSITORY / "docs" / "sign-out.md").read_text()
    laws = "".join(file.read_text() for file in TESTS.rglob("StoreLaw*.swift"))
    named = set(re.findall(LAW, text))
    assert len(named) > 8 and {law for law in named if f'"{law}"' not in laws} == set()
    shown = set(re.findall(END_TO_END, text))
    assert shown and all(f"def {test}(" in read(TESTS / "EndToEnd" / file) for file, test in shown)


def test_what_the_verifier_does_names_tests_that_exist() -> None:
    named = set(re.findall(SWIFT, (REPOSITORY / "docs" / "verifier.md").read_text()))
    sources = {file: file.read_text() for file in (TESTS / "JWKSVerifierTests").rglob("*.swift")}
    assert len(named) > 12
    assert {f"{suite}.{test}" for suite, test in named if not is_there(suite, test, sources)} == set()


def is_there(suite: str, test: str, sources: dict[Path, str]) -> bool:
    """In the suite itself: a file may have several."""
    for source in sources.values():
        body = source.partition(f"struct {suite} ")[2] or source.partition(f"struct {suite}:")[2]
        if re.search(rf"func {test}\(", re.split(r"^@Suite", body, flags=re.MULTILINE)[0]):
            return True
    return False


def read(file: Path) -> str:
    return file.read_text() if file.exists() else ""
