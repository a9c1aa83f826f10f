"""The oracle: what the marts must say about a simulated account, worked out a second time.

It reads the simulator's world and is read by nothing in it: only `simulate` puts the two together.
"""

from .sections import sections, usage_sections

__all__ = ["sections", "usage_sections"]
