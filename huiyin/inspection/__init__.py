"""Watching over promises (督办): reminders, the supervision ladder, the ledger, rechecks."""
