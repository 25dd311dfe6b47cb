"""A Spark cluster behind Spark Connect, for records that one machine cannot hold or scan in time.

Needs `requirements-cluster.txt`; nothing outside this package imports what that installs.
"""
