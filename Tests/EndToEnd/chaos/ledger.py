"""What callers were told, and may hold the server to."""

import random
import threading
import time
from dataclasses import dataclass, field

from support.rotation import exp_of, kid_of


@dataclass
class Token:
    text: str
    kid: str
    exp: int
    is_verified: bool = False


@dataclass
class Ledger:
    """Shared by the threads of a scenario."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    accounts: list[tuple[str, str]] = field(default_factory=list)
    # Whose tokens are over or were checked as often as they can be is no longer here.
    tokens: list[Token] = field(default_factory=list)
    issued: int = 0
    # A kid names one key, for ever: its modulus.
    keys: dict[str, str] = field(default_factory=dict)
    revoked: set[str] = field(default_factory=set)

    def registered(self, username: str, password: str) -> None:
        with self.lock:
            self.accounts.append((username, password))

    def hand_over(self, text: str) -> None:
        token = Token(text, kid_of(text), exp_of(text))
        with self.lock:
            self.issued += 1
            self.tokens.append(token)

    def anyone(self, chance: random.Random) -> tuple[str, str] | None:
        """An account, rather one that was opened just now."""
        with self.lock:
            if not self.accounts:
                return None
            return chance.choice(self.accounts[-20:] if chance.random() < 0.5 else self.accounts)

    def living(self, until: float) -> list[Token]:
        """Those that are good for some time yet; the others are forgotten."""
        with self.lock:
            self.tokens = [token for token in self.tokens if token.exp > time.time()]
            return [token for token in self.tokens if token.exp > until]
