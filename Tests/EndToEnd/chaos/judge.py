"""Holds a database and a server to what the ledger says."""

import time
from concurrent.futures import ThreadPoolExecutor

import jwt

from chaos.stage import SECRET_FILE, GoneWrong, Stage
from support.client import NO_ANSWER

# A token that has so little left may be gone from every set by the time it is looked at.
MARGIN = 2
_CHECKERS = 4
# That the server answers 503 meanwhile is not held against it.
_PASSWORDS_WITHIN = 60
# From where a key may go to where; a row may always go, but not come back.
_NEXT = {
    "published": {"published", "active", "retired", "revoked"},
    "active": {"active", "retired", "revoked"},
    "retired": {"retired", "revoked"},
    "revoked": {"revoked"},
    "expired": {"expired"},
}


class Judge:
    """Remembers what it saw, since nothing may be undone."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self._states: dict[str, str] = {}
        self._gone: set[str] = set()
        self._looked_for = 0
        self._lost: set[str] = set()
        self._keys: dict[str, jwt.PyJWK] = {}

    def database(self, settled: bool) -> None:
        """The file or the tables. `settled`: no process has them open."""
        tally, witness, ledger = self.stage.tally, self.stage.witness, self.stage.ledger
        for complaint in witness.complaints(settled):
            tally.find(complaint)
        self._key_states(witness.states(settled))
        with ledger.lock:
            new = ledger.accounts[self._looked_for :]
        missing = {name for name, _ in new} - witness.names(settled)
        self._looked_for += len(new)
        if missing:
            self._count_lost(missing)
            tally.find(f"{len(missing)} registrations were acknowledged and are lost, {sorted(missing)[0]} for one")
        if not any(witness.opens(secret, settled) for secret in self._secrets()):
            tally.find("no secret that is kept opens every key")
            raise GoneWrong

    def _secrets(self) -> list[str]:
        kept = self.stage.server.directory / SECRET_FILE
        return [file.read_text().strip() for file in (kept, kept.with_name(f"{SECRET_FILE}.new")) if file.exists()]

    def _key_states(self, states: dict[str, str]) -> None:
        tally = self.stage.tally
        for kid, state in states.items():
            if kid in self._gone:
                tally.find(f"key {kid} was gone and is {state}")
            elif state not in _NEXT[self._states.get(kid, state)]:
                tally.find(f"key {kid} was {self._states[kid]} and is {state}")
            if state == "revoked":
                self.stage.ledger.revoked.add(kid)
        for kid in self._states.keys() - states.keys():
            self._gone.add(kid)
        signing = [kid for kid, state in states.items() if state == "active"]
        if len(signing) > 1:
            tally.find(f"keys {signing} are active")
        self._states = states

    def tokens(self, has_just_started: bool = False) -> None:
        """Every token that is good for some time yet verifies against the set of this moment. A server that ran while a
        key was revoked has 2 s to follow, which callers look at."""
        tally, ledger = self.stage.tally, self.stage.ledger
        living = ledger.living(until=time.time() + MARGIN)
        revoked = set(ledger.revoked)
        try:
            keys = {key["kid"]: key for key in self.stage.server.client.jwks()}
        except (AssertionError, *NO_ANSWER) as error:
            tally.find(f"no JWK Set: {error!r}")
            return
        if has_just_started and (back := revoked & keys.keys()):
            tally.find(f"a start brought the revoked keys {sorted(back)} back")
        for token in living:
            if token.kid in revoked:
                continue
            if token.kid not in keys:
                if (left := token.exp - time.time()) > 0:
                    tally.find(f"the JWK Set lacks key {token.kid}, whose tokens are good for {left:.0f} s")
            elif not token.is_verified:
                self._verify(token.text, keys[token.kid])
                token.is_verified = True
                tally.verified += 1

    def _verify(self, text: str, key: dict[str, str]) -> None:
        known = self._keys.get(key["kid"]) or self._keys.setdefault(key["kid"], jwt.PyJWK(key))
        options = {"verify_aud": False, "verify_exp": False, "verify_iat": False, "verify_nbf": False}
        try:
            jwt.decode(text, known, algorithms=["RS256"], options=options)
        except jwt.PyJWTError as error:
            self.stage.tally.find(f"a token of key {key['kid']} does not verify: {error!r}")

    def passwords(self) -> None:
        """Every acknowledged registration logs in."""
        with self.stage.ledger.lock:
            accounts = list(self.stage.ledger.accounts)
        deadline = time.monotonic() + _PASSWORDS_WITHIN

        def refusal(account: tuple[str, str]) -> int | str | None:
            while True:
                try:
                    answer = self.stage.server.client.login(*account)
                    if answer.status != 503 or time.monotonic() > deadline:
                        return None if answer.status == 200 else answer.status
                except NO_ANSWER as error:
                    if time.monotonic() > deadline:
                        return repr(error)
                time.sleep(0.05)

        with ThreadPoolExecutor(_CHECKERS) as threads:
            answers = zip(accounts, threads.map(refusal, accounts), strict=True)
            failed = {name: answer for (name, _), answer in answers if answer is not None}
        if failed:
            self._count_lost(set(failed))
            name, answer = next(iter(failed.items()))
            count = f"{len(failed)} of {len(accounts)}"
            self.stage.tally.find(f"{count} acknowledged passwords do not log in, that of {name} for one: {answer}")

    def _count_lost(self, names: set[str]) -> None:
        self._lost |= names
        self.stage.tally.lost = len(self._lost)

    def all(self) -> None:
        """At the end of a scenario, with the server running and nobody calling: it is left stopped."""
        self.stage.until("ready at the end", lambda: self.stage.readiness() == 200)
        self.tokens()
        self.passwords()
        self.database(settled=False)
        self.stage.stop()
        self.database(settled=True)
