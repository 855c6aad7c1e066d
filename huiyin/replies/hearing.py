"""What follows here when a case moved: who signed for it works it, and who watches is told."""

from huiyin.cases.happenings import subscribe
from huiyin.replies.handlers import note_handler
from huiyin.replies.watching import tell_watchers

subscribe(note_handler)
subscribe(tell_watchers)
