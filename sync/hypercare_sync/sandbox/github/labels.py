"""What people do to a repository's labels themselves."""

import re

from .history import Chronicle
from .model import Label, Repository
from .refusal import InvalidError, check_label_name, fault, too_long


class Labels(Chronicle):
    """Acts of one person on labels; each raises InvalidError for looks that GitHub does not take, or for a name that is there already."""

    def make_label(self, repository: Repository, name: str, color: str | None, description: str | None) -> Label:
        """A new label, grey unless told otherwise."""
        self.allow(repository, "write")
        _check(repository, None, name, color, description)
        return self.world.add_label(repository, name, (color or "ededed").lower(), description)

    def edit_label(self, label: Label, name: str | None, color: str | None, description: str | None) -> None:
        """Give a label another name, colour or description, where they are given; its issues carry it on under the new name."""
        self.allow(label.repository, "write")
        name = name or label.name
        _check(label.repository, label, name, color, description)
        del label.repository.labels[label.name.lower()]
        label.repository.labels[name.lower()] = label
        label.name, label.color = name, (color or label.color).lower()
        if description is not None:
            label.description = description or None

    def delete_label(self, label: Label) -> None:
        """Delete a label, from all its issues too."""
        self.allow(label.repository, "write")
        del label.repository.labels[label.name.lower()]
        del self.world.nodes[label.node_id]
        for issue in label.repository.issues.values():
            if label in issue.labels:
                issue.labels.remove(label)


def _check(repository: Repository, own: Label | None, name: str, color: str | None, description: str | None) -> None:
    check_label_name(name)
    if color is not None and not re.fullmatch(r"[0-9a-fA-F]{6}", color):
        raise InvalidError(fault("Label", "color", "invalid"))
    if description is not None and len(description) > 100:
        raise too_long("Label", "description", 100)
    if repository.labels.get(name.lower(), own) is not own:
        raise InvalidError(fault("Label", "name", "already_exists"))
