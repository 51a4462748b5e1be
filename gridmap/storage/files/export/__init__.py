"""Write the rows of a layer to a file: GeoPackage, GeoJSON, CSV, XLSX."""
