"""Tests that need a Spark cluster: `make test-cluster` starts one and runs them."""
