"""The pages of supervision: measures, the ledger of parked matters, rechecks, stage reports."""
