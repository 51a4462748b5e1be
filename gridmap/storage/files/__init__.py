"""Files in and out: areas, points, incidents, exports."""
