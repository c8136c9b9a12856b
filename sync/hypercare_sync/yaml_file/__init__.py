"""YAML files that people write: read with positions, held against a model, every fault told at once with its place.

`read` gives plain values and where each stands; `validate` runs a pydantic model over them. Both raise ConfigError with
a line for each fault: `hypercare.yaml:14:9: releases[0].go_live: not a date: 'soon'; write 2026-11-23T08:00+00:00`.
"""

from hypercare_sync.yaml_file.model_faults import attempt, validate
from hypercare_sync.yaml_file.places import WHOLE, Fault, Faulty, Located, Path, Place, YamlFile, follow
from hypercare_sync.yaml_file.reading import is_file, read, read_on
from hypercare_sync.yaml_file.salvaging import NOTHING, salvage
from hypercare_sync.yaml_file.wording import nearest, suggest, wrong

__all__ = [
    "NOTHING",
    "WHOLE",
    "Fault",
    "Faulty",
    "Located",
    "Path",
    "Place",
    "YamlFile",
    "attempt",
    "follow",
    "is_file",
    "nearest",
    "read",
    "read_on",
    "salvage",
    "suggest",
    "validate",
    "wrong",
]
