"""Logins that go on all the while."""

from collections.abc import Callable

from soak.load import Load
from support.client import NO_ANSWER, Client


class Logins(Load):
    """Logs one user in again and again, and hands each token over at once. Nobody there is no failure."""

    def __init__(
        self, name: str, pause: float, client: Client, password: str, hand_over: Callable[[str], None]
    ) -> None:
        super().__init__(name, pause)
        self.client, self.password, self.hand_over = client, password, hand_over
        # While the server ends, a login may be refused.
        self.may_fail = False

    def step(self) -> None:
        try:
            answer = self.client.login("soak", self.password)
        except NO_ANSWER:
            return
        if answer.status == 200:
            self.hand_over(answer.json()["token"])
        elif not self.may_fail:
            self.failures.append(f"a login was answered {answer}")
