"""What the room of supervision promises."""
