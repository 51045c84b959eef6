"""The open leaderboard: any method of forecasting what a move changes, scored on invented cities whose truth is known."""
