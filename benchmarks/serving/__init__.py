"""How fast the pages and the JSON answer, against an empty answer of the same server in the same minute."""
