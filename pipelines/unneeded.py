"""What libraries would load and nothing here needs; imported before them, it keeps them from it.

``rfc3987_syntax``, which JupyterLab brings, lets jsonschema check Unicode addresses. Compiling its grammar takes longer than the
rest of ``import prefect``, in a program and in its Prefect server each, and no schema of Prefect's or ours names such an address.
"""

import sys

sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # None is Python's word for "not installed"
