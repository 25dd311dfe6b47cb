"""What opens workbooks, in a process of its own.

A workbook of a few kilobytes can claim cells so far apart that the library that reads it asks for
half a terabyte and ends the process. So `records.reading` has every workbook opened here, by
`python -m analytics.records.workbooks`: with a limit on memory and time, without holding up the
screens of others, and with the memory given back afterwards. The rows leave as plain text files,
everything else as lines of JSON.
"""
