"""The page Data: what is served, an import step by step, and the history of snapshots."""
