"""What happened: backtest against baselines, effect of past moves, promised against realised, fairness, drift."""
