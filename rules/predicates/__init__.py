"""The predicates a rule pack calls: small vectorised functions of a view of pairs, three-valued, with the values they rest on."""
