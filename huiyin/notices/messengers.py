"""How a text message leaves the house: through the gateway that the city names, or not at all.

The gateway takes JSON by POST: `to`, `text` and `key`. The key stays the same when a message
is tried again, so that a gateway which knows it need not send twice.
"""

import http.client
import json
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from typing import Protocol

from django.conf import settings
from django.utils.translation import gettext as _

from huiyin.office.problems import OutsideProblem

# The worker waits no longer for one message; a later try costs less than a full line.
PATIENCE_SECONDS = 8.0
# Refusals that time can mend: a slow request, too many of them, too early.
PASSING = frozenset({408, 425, 429})


class NotSent(OutsideProblem):
    """A message that the gateway did not take; `answer` is the HTTP status, if there was one."""

    def __init__(self, sentence: object, *, permanent: bool, answer: str = "") -> None:
        super().__init__(sentence, permanent=permanent)
        self.answer = answer


class Messenger(Protocol):
    """Sends a text message; raises NotSent where it was not taken."""

    def send(self, to: str, text: str, *, key: str) -> None:
        """Hand one message over."""


@dataclass
class NullMessenger:
    """Sends nothing and keeps what it was given: where no gateway is set, and in tests."""

    given: list[tuple[str, str, str]] = field(default_factory=list)

    def send(self, to: str, text: str, *, key: str) -> None:
        """Keep the message in memory."""
        self.given.append((to, text, key))


class _NoDetour(urllib.request.HTTPRedirectHandler):
    """A gateway that leads elsewhere is refused: the number and the secret go to one address."""

    def redirect_request(self, *_args: object, **_kwargs: object) -> None:
        """Follow nowhere."""


@dataclass(frozen=True)
class HttpGateway:
    """A gateway for text messages that is spoken to over HTTP."""

    url: str
    secret: str = field(repr=False)
    patience_seconds: float = PATIENCE_SECONDS

    def send(self, to: str, text: str, *, key: str) -> None:
        """Post one message; what is refused for good is told apart from what may pass."""
        request = urllib.request.Request(  # noqa: S310 - the settings take http and https only
            self.url,
            data=json.dumps({"to": to, "text": text, "key": key}, ensure_ascii=False).encode(),
            headers={
                "Content-Type": "application/json; charset=utf-8",
                "Authorization": f"Bearer {self.secret}",
                "Idempotency-Key": key,
            },
            method="POST",
        )
        # Through no proxy that the environment may name: the setting says where it goes.
        opener = urllib.request.build_opener(_NoDetour(), urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=self.patience_seconds):
                return
        except urllib.error.HTTPError as refusal:
            refusal.close()
            raise _refused(refusal.code) from None
        except (OSError, http.client.HTTPException):
            raise NotSent(
                _("The gateway for text messages does not answer."), permanent=False
            ) from None


def _refused(status: int) -> NotSent:
    passing = status >= http.client.INTERNAL_SERVER_ERROR or status in PASSING
    sentence = _("The gateway for text messages answered with status %(status)s.")
    return NotSent(sentence % {"status": status}, permanent=not passing, answer=str(status))


def messenger() -> Messenger:
    """The messenger of this city."""
    if settings.SMS_GATEWAY_URL:
        return HttpGateway(settings.SMS_GATEWAY_URL, settings.SMS_GATEWAY_SECRET)
    return NullMessenger()
