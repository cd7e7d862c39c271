"""The backend of `examples/scan_records` as servers of one's own, whose CORS headers agree with the API's policy."""
