-- One row per transfer base that closed, on the day it did.
select * from stored.bases where closed_on is not null
