"""What a ranking of passages is made of: how near words stand, how scores become one."""

from .fusion import FusionWeights, RankSignals, fuse, weighted_z_scores
from .nearness import nearness

__all__ = ["FusionWeights", "RankSignals", "fuse", "nearness", "weighted_z_scores"]
