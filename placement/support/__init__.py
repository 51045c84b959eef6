"""What a move needs before and after its start: training, a mentor, hand-over, an open ear."""
