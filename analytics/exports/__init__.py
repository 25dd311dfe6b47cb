"""DataFrame to the files that leave: CSV and XLSX, each with its marks."""
