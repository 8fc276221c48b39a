"""Results into documents: PDF and XLSX bytes. Reads only; stores nothing."""
