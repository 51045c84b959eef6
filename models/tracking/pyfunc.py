"""The registered model behind MLflow's own interface: pair inputs in, uplift columns out.

MLflow copies this file beside the model and runs it at loading ("models from code"), so nothing is pickled. It needs the
``tepat`` package where it is loaded. ``loader`` in the model's configuration names the class that reads the folder.
"""

import importlib
from pathlib import Path
from typing import Any

import pandas as pd
from mlflow.models import set_model
from mlflow.pyfunc.model import PythonModel, PythonModelContext


class PairModelFunction(PythonModel):
    """Loads the model folder and predicts from the inputs the signature lists."""

    def load_context(self, context: PythonModelContext) -> None:
        """Load the model that ``context`` points to."""
        module, name = str(context.model_config["loader"]).split(":")
        self.model = getattr(importlib.import_module(module), name).load(Path(context.artifacts["model"]))

    def predict(self, context: PythonModelContext, model_input: pd.DataFrame, params: dict[str, Any] | None = None) -> pd.DataFrame:
        """Return one row per row of ``model_input``; text columns become categories, as the model was trained on."""
        text = [name for name in model_input.columns if not pd.api.types.is_numeric_dtype(model_input[name])]
        frame: pd.DataFrame = self.model.predict_inputs(model_input.astype(dict.fromkeys(text, "category")))
        return frame


set_model(PairModelFunction())
