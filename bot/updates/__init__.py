"""Updates in: fetched or received, stored before they are confirmed, then handled in order."""
