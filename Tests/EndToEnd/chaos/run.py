"""The scenarios, and playing them."""

import time
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from chaos import clock, descriptors, disk, frozen, kills, kills_postgres, locked, log_reader, lost_file
from chaos.stage import Form, GoneWrong, Stage
from chaos.tally import Result, Tally

SCENARIOS: dict[str, Callable[[Stage], None]] = {
    log_reader.NAME: log_reader.play,
    disk.FULL: disk.play_full,
    disk.LIMIT: disk.play_limit,
    locked.NAME: locked.play,
    lost_file.NAME: lost_file.play,
    descriptors.NAME: descriptors.play,
    frozen.NAME: frozen.play,
    clock.NAME: clock.play,
    kills.NAME: kills.play,
    kills_postgres.NAME: kills_postgres.play,
}


def play(directory: Path, name: str, seed: str, form: Form) -> Tally:
    """One scenario, in a directory of its own below this one."""
    begin = time.monotonic()
    stage = Stage(directory, name, seed, form)
    try:
        SCENARIOS[name](stage)
    except GoneWrong:
        pass
    except Exception:
        stage.tally.find(f"the scenario itself has ended: {traceback.format_exc()}")
    finally:
        if stage.server.process is not None:
            stage.server.process.kill()
            stage.server.process.wait()
            stage.server.process = None
    stage.tally.registered = len(stage.ledger.accounts)
    stage.tally.tokens = stage.ledger.issued
    stage.tally.seconds = time.monotonic() - begin
    return stage.tally


def chaos(
    directory: Path,
    seed: int,
    form: Form,
    names: list[str],
    lanes: int = 1,
    done: Callable[[Tally], None] = lambda _: None,
) -> Result:
    """Plays those scenarios, so many at a time; `done` hears of each as it ends."""

    def one(name: str) -> Tally:
        tally = play(directory, name, str(seed), form)
        done(tally)
        return tally

    with ThreadPoolExecutor(lanes) as threads:
        return Result(seed, list(threads.map(one, names)))
