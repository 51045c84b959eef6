"""What the stack on plain arrays is made of: encoding, regressions, nuisances, learners, their combination."""
