"""PostGIS, files in and out, the private server. Functions take a connection and never commit."""
