"""GitHub's REST shape of a repository, which is mostly links."""

from .access import PERMISSIONS, ROLES
from .model import Repository
from .shapes import JSON, Shapes, stamp

_COUNTS = (
    "forks",
    "forks_count",
    "size",
    "stargazers_count",
    "watchers",
    "watchers_count",
    "network_count",
    "subscribers_count",
)
_LINKS = {
    "archive": "{archive_format}{/ref}",
    "assignees": "assignees{/user}",
    "blobs": "git/blobs{/sha}",
    "branches": "branches{/branch}",
    "collaborators": "collaborators{/collaborator}",
    "comments": "comments{/number}",
    "commits": "commits{/sha}",
    "compare": "compare/{base}...{head}",
    "contents": "contents/{+path}",
    "contributors": "contributors",
    "deployments": "deployments",
    "downloads": "downloads",
    "events": "events",
    "forks": "forks",
    "git_commits": "git/commits{/sha}",
    "git_refs": "git/refs{/sha}",
    "git_tags": "git/tags{/sha}",
    "hooks": "hooks",
    "issue_comment": "issues/comments{/number}",
    "issue_events": "issues/events{/number}",
    "issues": "issues{/number}",
    "keys": "keys{/key_id}",
    "labels": "labels{/name}",
    "languages": "languages",
    "merges": "merges",
    "milestones": "milestones{/number}",
    "notifications": "notifications{?since,all,participating}",
    "pulls": "pulls{/number}",
    "releases": "releases{/id}",
    "stargazers": "stargazers",
    "statuses": "statuses/{sha}",
    "subscribers": "subscribers",
    "subscription": "subscription",
    "tags": "tags",
    "teams": "teams",
    "trees": "git/trees{/sha}",
}


def repository_shape(shapes: Shapes, repository: Repository, role: str) -> JSON:
    """`full-repository`, as one with that role sees it."""
    url, page = shapes.repository_url(repository), f"{shapes.base}/{repository.full_name}"
    created = stamp(repository.created_at)
    open_issues = sum(issue.state == "open" for issue in repository.issues.values())
    return {
        "id": repository.id,
        "node_id": repository.node_id,
        "name": repository.name,
        "full_name": repository.full_name,
        "private": repository.private,
        "visibility": "private" if repository.private else "public",
        "owner": shapes.user(repository.owner),
        "html_url": page,
        "description": repository.description,
        "url": url,
        **{f"{name}_url": f"{url}/{path}" for name, path in _LINKS.items()},
        **{f"{name}_url": f"{page}.git" for name in ("git", "ssh", "clone", "svn")},
        **dict.fromkeys(("homepage", "language", "mirror_url", "license"), None),
        **dict.fromkeys(("fork", "disabled", "has_projects", "has_wiki", "has_pages", "has_discussions"), False),
        **dict.fromkeys(_COUNTS, 0),
        "archived": repository.archived,
        "has_issues": repository.has_issues,
        "is_template": False,
        "topics": [],
        "open_issues": open_issues,
        "open_issues_count": open_issues,
        "default_branch": "main",
        "created_at": created,
        "updated_at": created,
        "pushed_at": created,
        "permissions": {name: ROLES.index(role) >= ROLES.index(least) for name, least in PERMISSIONS.items()},
    }
