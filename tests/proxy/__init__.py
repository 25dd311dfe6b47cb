"""The proxy of deploy/ in front of two replicas; `make test-cluster` runs it."""
