"""Signals that a unit's figures may have been steered: questions with their cases, no verdicts."""
