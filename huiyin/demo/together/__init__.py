"""What several units do together at the last moment of the demo city, by the living actions."""
