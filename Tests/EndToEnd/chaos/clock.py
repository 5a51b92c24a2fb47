"""The machine's clock is set between two starts, forwards and back."""

import shutil
from pathlib import Path

from chaos.judge import Judge
from chaos.stage import Stage

NAME = "clock"
OFFSETS = ("+1h", "-1h", "+90d", "-90d", "+3650d")


def play(stage: Stage) -> None:
    library = next(Path("/usr/lib").rglob("libfaketime.so.1"), None)
    if shutil.which("faketime") is None or library is None:
        stage.tally.lacking = "faketime"
        return
    program = stage.server.binary
    wrapper = stage.server.directory.with_suffix(".faketime")
    offsets = list(OFFSETS)
    stage.chance.shuffle(offsets)
    for offset in offsets[: max(2, stage.form.rounds)]:
        for with_it in (f"LD_PRELOAD={library} FAKETIME={offset} FAKETIME_DONT_FAKE_MONOTONIC=1", ""):
            wrapper.write_text(f'#!/bin/sh\nexport CHAOS=1 {with_it}\nexec {program} "$@"\n')
            wrapper.chmod(0o700)
            stage.server.binary = wrapper
            # By another clock a key may be over whose tokens are not, and rightly so: each start is judged by itself.
            judge = Judge(stage)
            stage.tally.disturbances += 1
            stage.ledger.tokens.clear()
            stage.must_start()
            with stage.callers():
                stage.calls_succeed()
            judge.tokens()
            stage.stop()
            judge.database(settled=True)
    stage.server.binary = program
    stage.must_start()
    Judge(stage).all()
