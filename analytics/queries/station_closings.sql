-- One row per workstation that closed, on the day it did.
select * from stored.workstations where closed_on is not null
