"""Names of the figures by which groups are compared: words of the published fairness table, without its evaluation."""

RATIO, AUC, GAP, ERROR = "impact ratio", "auc", "gap", "error"
