"""The line that holds the parts of `huiyin serve` together.

Each part reads the standard input, into which nobody ever writes. It ends when the program
that began it ends, in whatever way, kill -9 included; then the part ends itself.
"""

import os
import signal
import threading
import time

# For finishing what is being done, before the part is ended in the middle of it.
PATIENCE_SECONDS = 6.0


def end_with_input() -> None:
    """Let this process end soon after its standard input does."""
    threading.Thread(target=_end, name="lifeline", daemon=True).start()


def _end() -> None:
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(PATIENCE_SECONDS)
    os._exit(1)
