"""Who registers, logs in, fetches the JWK Set and asks for readiness all the while."""

import random
import time
from typing import TYPE_CHECKING

from chaos.moments import Moment
from soak.load import Load
from support.client import JWKS_PATH, NO_ANSWER, Response

if TYPE_CHECKING:
    from chaos.stage import Stage

# Long after a revocation every server has followed.
FOLLOWED_AFTER = 4


class Caller(Load):
    """Whoever gets no answer tries again; whether that may be is the scenario's to say."""

    def __init__(self, stage: "Stage", number: int = 0, pause: float = 0.01) -> None:
        super().__init__(f"{type(self).__name__.lower()}-{number}", pause)
        self.stage = stage
        self.chance = random.Random(f"{stage.seed}/{self.name}")

    def step(self) -> None:
        was_allowed = self.stage.may_be_silent
        try:
            self.call()
        except NO_ANSWER as error:
            if not (was_allowed or self.stage.may_be_silent):
                self.stage.tally.find(f"{self.name} got no answer: {error!r}")
            self.over.wait(0.01)

    def call(self) -> None:
        raise NotImplementedError

    def expect(self, answer: Response, *statuses: int) -> bool:
        """Whether it succeeded. 503 is an answer, too."""
        if answer.status not in (*statuses, 503):
            self.stage.tally.find(f"{self.name} was answered {answer.status} {answer.body[:200]!r}")
        return answer.status in statuses


class Registering(Caller):
    def call(self) -> None:
        # Whatever becomes of it, the name is used up: nobody knows what an answer that was lost said.
        username = f"{self.stage.name}-{next(self.stage.numbers)}"
        answer = self.stage.server.client.register(username)
        if self.expect(answer, 201):
            self.stage.ledger.registered(username, answer.json()["password"])
            self.stage.moments.note(Moment.WRITTEN)
        else:
            self.stage.moments.note(Moment.REFUSED)


class LoggingIn(Caller):
    def call(self) -> None:
        if account := self.stage.ledger.anyone(self.chance):
            answer = self.stage.server.client.login(*account)
            if self.expect(answer, 200):
                self.stage.ledger.hand_over(answer.json()["token"])


class Fetching(Caller):
    def call(self) -> None:
        revoked = {kid for kid, at in list(self.stage.revoked_at.items()) if at < time.monotonic() - FOLLOWED_AFTER}
        answer = self.stage.server.client.get(JWKS_PATH)
        if answer.status != 200:
            self.stage.tally.find(f"the JWK Set was answered {answer.status} {answer.body[:200]!r}")
            return
        keys = {key["kid"]: key["n"] for key in answer.json()["keys"]}
        if not keys:
            self.stage.tally.find("the JWK Set was empty")
        if back := revoked & keys.keys():
            self.stage.tally.find(f"the JWK Set has the revoked keys {sorted(back)}")
        for kid, modulus in keys.items():
            if self.stage.ledger.keys.setdefault(kid, modulus) != modulus:
                self.stage.tally.find(f"kid {kid} is another key than it was")
        ready = self.stage.server.client.get("/health/ready")
        self.expect(ready, 200)
        self.stage.moments.note(Moment.READY if ready.status == 200 else Moment.UNREADY)


def callers(stage: "Stage") -> list[Caller]:
    return [Registering(stage, 0), Registering(stage, 1), LoggingIn(stage, 0), LoggingIn(stage, 1), Fetching(stage)]
