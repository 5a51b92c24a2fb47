"""SIGKILL at any moment: of a server that serves, starts or stops, of a command beside it, of both."""

import signal
import time

from chaos.command import Command
from chaos.judge import Judge
from chaos.stage import SECRET_FILE, GoneWrong, Stage

NAME = "kills"
# How often which commands run while the death comes: none, one, or two at once.
MIXES: list[tuple[int, list[str]]] = [
    (30, []),
    (15, ["rotate"]),
    (20, ["revoke"]),
    (20, ["master-key"]),
    (5, ["master-key", "master-key"]),
    (5, ["revoke", "rotate"]),
    (5, ["master-key", "revoke"]),
]
# What a command takes here is a twentieth of a second, and for a change of the master key 3 s, in which the old one is
# still good for servers that follow.
COMMAND_TAKES = 0.15
HANDOVER_TAKES = 3.5
START_TAKES = 0.12


def play(stage: Stage) -> None:
    judge = Judge(stage)
    with stage.callers():
        while stage.tally.disturbances < stage.form.kills:
            one_round(stage, judge)
        if stage.server.process is None and not start_with_a_secret(stage):
            raise GoneWrong
        stage.calls_succeed()
    judge.all()


def one_round(stage: Stage, judge: Judge) -> None:
    """A start, some calls, a death, and a look at what is left."""
    chance = stage.chance
    if stage.server.process is None:
        if chance.random() < 0.15:
            _die_in_a_start(stage)
            # The first one may have died before there was a table; it has promised nothing.
            if stage.ledger.accounts:
                judge.database(settled=True)
            return
        if not start_with_a_secret(stage):
            raise GoneWrong
        judge.tokens(has_just_started=True)
    _, kinds = chance.choices(MIXES, weights=[weight for weight, _ in MIXES])[0]
    commands = [Command(stage, kind) for kind in kinds]
    # A change of the master key that is left alone takes seconds.
    weights = [1, 4, 8] if "master-key" in kinds else [3, 1, 2]
    victims = chance.choices(["server", "commands", "both"], weights)[0] if commands else "server"
    time.sleep(chance.uniform(0, _longest(stage, kinds)))
    if victims != "commands":
        _kill(stage)
    if victims != "server":
        time.sleep(chance.uniform(0, 0.05))
        for command in commands:
            stage.tally.disturbances += command.kill()
    for command in commands:
        command.judge()
    judge.database(settled=stage.server.process is None)
    if stage.server.process is not None and stage.still_runs():
        judge.tokens()


def _longest(stage: Stage, kinds: list[str]) -> float:
    """Between what begins and the death, in seconds."""
    if "master-key" in kinds and stage.chance.random() < 0.1:
        return HANDOVER_TAKES
    return COMMAND_TAKES if kinds else 0.4


def _kill(stage: Stage) -> None:
    if stage.chance.random() < 0.1:
        # In the middle of an orderly end.
        assert stage.server.process is not None
        stage.server.process.send_signal(signal.SIGTERM)
        time.sleep(stage.chance.uniform(0, 0.3))
        process, stage.server.process = stage.server.process, None
        process.kill()
        if (code := process.wait()) == -signal.SIGKILL:
            stage.tally.disturbances += 1
        elif code != 0:
            stage.tally.find(f"SIGTERM ended it with {code}: {stage.said[-300:]}")
        return
    stage.tally.disturbances += 1
    stage.kill()


def _die_in_a_start(stage: Stage) -> None:
    stage.spawn()
    time.sleep(stage.chance.uniform(0, START_TAKES))
    assert stage.server.process is not None
    if (code := stage.server.process.poll()) is None:
        stage.tally.disturbances += 1
        stage.server.kill()
    else:
        stage.server.process = None
        stage.ended(code)


def start_with_a_secret(stage: Stage) -> bool:
    """Where a new secret was written down and did not come to its place, a start says so; then it is put there."""
    if stage.start():
        return True
    kept = stage.server.directory / SECRET_FILE
    pending = kept.with_name(f"{SECRET_FILE}.new")
    if "NOT_MY_KEY" not in stage.said or not pending.exists():
        stage.tally.find(f"a start was refused: {stage.said[-500:]}")
        return False
    pending.replace(kept)
    if stage.start():
        return True
    stage.tally.find(f"a start was refused with either secret: {stage.said[-500:]}")
    return False
