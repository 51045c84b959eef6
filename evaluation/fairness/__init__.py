"""How groups fare: who may move, who is shown, who is placed, and whether scores tell a protected trait."""
