"""The demonstration county: real names and outline, a simulated inside, and its incidents."""

from gridmap.demonstration.county import County, make_county
from gridmap.demonstration.incidents import make_incident, make_incidents

__all__ = ["County", "make_county", "make_incident", "make_incidents"]
