"""The mixed level model on all person-years."""
