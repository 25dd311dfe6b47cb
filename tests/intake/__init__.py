"""Tests of the import: from the files that offices send to a published snapshot."""
