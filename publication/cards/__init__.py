"""Texts every run leaves about itself: model card, public record of the algorithm, draft of the impact assessment."""
