"""Divide areas into grids of about so many households: exact tiling, connected, balanced, straight borders, repeatable.

The plan of one area is made in the plane (metres of the measuring zone) on vertices that have numbers; only at the end
do the numbers become coordinates, so that what neighbours share is the same bytes on both sides.
"""
