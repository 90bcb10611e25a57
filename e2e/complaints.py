"""What a page complains of where nobody looks."""

from playwright.sync_api import ConsoleMessage, Page

# The browser itself reports a lost connection; tests that stop the server expect it.
EXPECTED = (
    "WebSocket connection to",
    "net::ERR_CONNECTION_REFUSED",
    "net::ERR_CONNECTION_RESET",
    "net::ERR_INTERNET_DISCONNECTED",
)


class Complaints:
    """Uncaught errors and errors on the console, where breaches of the policy (CSP) show too."""

    def __init__(self) -> None:
        self.all: list[str] = []

    def listen_to(self, page: Page) -> None:
        """Collects what this page complains of from now on."""
        page.on("pageerror", lambda error: self.all.append(f"uncaught: {error}"))
        page.on("console", self._hear)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not any(known in message.text for known in EXPECTED):
            self.all.append(f"console: {message.text} ({message.location.get('url')})")
