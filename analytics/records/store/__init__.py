"""Published snapshots: immutable folders of Parquet files, and the pointer that chooses one.

    data/snapshots/20260301T081500-1a2b3c4d/   one snapshot: a file a dataset, and manifest.json
    data/series/...                            the same for published series that were imported
    data/snapshots/current                     the pointer: which of either is served

Nothing that is served is ever written to. A snapshot is made in a folder that no reader looks at,
gets its final name when it is whole and on the disk, and is served from the moment in which the
pointer is replaced: a process may be killed between any two steps.
"""

from analytics.records.store.differences import Difference
from analytics.records.store.durable import told
from analytics.records.store.holding import Busy, Holder
from analytics.records.store.manifests import Account, Change, DatasetInfo, Origin, SnapshotInfo
from analytics.records.store.store import Part, Store
from analytics.records.store.verifying import Fault

__all__ = [
    "Account",
    "Busy",
    "Change",
    "DatasetInfo",
    "Difference",
    "Fault",
    "Holder",
    "Origin",
    "Part",
    "SnapshotInfo",
    "Store",
    "told",
]
