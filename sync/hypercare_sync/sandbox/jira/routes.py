"""The REST API's map: which path is served by which resource."""

import re
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from hypercare_sync.sandbox.jira import (
    assignee,
    comments,
    field_resource,
    issues,
    links,
    mine,
    properties,
    search,
    server_search,
    site,
    users,
)
from hypercare_sync.sandbox.jira.http import Door, Handler, endpoint, site_address
from hypercare_sync.sandbox.jira.reading import is_read
from hypercare_sync.sandbox.jira.world import JiraWorld

Paths = Mapping[str, Mapping[str, Handler]]

_BOTH: Paths = {
    "comment/{comment}/properties": {"GET": comments.property_index},
    "comment/{comment}/properties/{property}": {
        "GET": comments.property_show,
        "PUT": comments.property_put,
        "DELETE": comments.property_delete,
    },
    "field": {"GET": field_resource.index, "POST": field_resource.create},
    "issue": {"POST": issues.create},
    "issue/{issue}": {"GET": issues.show, "PUT": issues.edit, "DELETE": issues.delete},
    "issue/{issue}/assignee": {"PUT": assignee.assign},
    "issue/{issue}/comment": {"GET": comments.index, "POST": comments.create},
    "issue/{issue}/comment/{comment}": {"GET": comments.show, "PUT": comments.edit, "DELETE": comments.delete},
    "issue/{issue}/properties": {"GET": properties.issue_index},
    "issue/{issue}/properties/{property}": {
        "GET": properties.issue_show,
        "PUT": properties.issue_put,
        "DELETE": properties.issue_delete,
    },
    "issue/{issue}/remotelink": {"GET": links.remote_index, "POST": links.remote_put, "DELETE": links.remote_delete},
    "issue/{issue}/remotelink/{link}": {
        "GET": links.remote_show,
        "PUT": links.remote_edit,
        "DELETE": links.remote_delete,
    },
    "issue/{issue}/transitions": {"GET": issues.transitions, "POST": issues.move},
    "issue/{issue}/votes": {"GET": issues.votes, "POST": issues.vote, "DELETE": issues.unvote},
    "issueLink": {"POST": links.create},
    "issueLinkType": {"GET": links.types},
    "issuetype": {"GET": site.issue_types},
    "mypermissions": {"GET": mine.permissions},
    "myself": {"GET": site.myself},
    "priority": {"GET": site.priorities},
    "project": {"GET": site.projects, "POST": site.create_project},
    "project/{project}": {"GET": site.project, "DELETE": site.delete_project},
    "project/{project}/version": {"GET": site.version_page},
    "project/{project}/versions": {"GET": site.versions},
    "resolution": {"GET": site.resolutions},
    "status": {"GET": site.statuses},
    "user": {"GET": users.show},
    "user/assignable/search": {"GET": users.assignable},
    "user/picker": {"GET": users.picker},
    "user/search": {"GET": users.search},
    "version": {"POST": site.create_version},
    "version/{version_id}": {"GET": site.version, "PUT": site.edit_version},
}
CLOUD: Paths = {
    "changelog/bulkfetch": {"POST": search.histories},
    "issue/bulkfetch": {"POST": search.fetch},
    "project/{project}/roledetails": {"GET": site.role_details},
    "project/search": {"GET": site.project_search},
    "search": {"GET": search.gone, "POST": search.gone},
    "search/approximate-count": {"POST": search.count},
    "search/jql": {"GET": search.search, "POST": search.search},
    **_BOTH,
    "issue/{issue}/changelog": {"GET": issues.changelog},
}
DATA_CENTER: Paths = {"search": {"GET": server_search.search, "POST": server_search.search}, **_BOTH}
"""Below `/rest/api/{version}/`: the handlers of each path, by method. What is looked for first stands first."""


def routes(world: JiraWorld) -> list[BaseRoute]:
    """The site's API, to be mounted where the site is."""

    async def tenant_info(_request: Request) -> Response:
        return JSONResponse({"cloudId": site.CLOUD_ID})

    home = [Route("/_edge/tenant_info", tenant_info)] if world.cloud else []
    return [*home, *_api(world, "site")]


def gateway(world: JiraWorld, place: str, site_place: str) -> list[BaseRoute]:
    """The gateway for scoped tokens, which Cloud has, below `place`; `site_place` is where the site is mounted."""
    if not world.cloud:
        return []
    return [Mount(f"{place}/{site.CLOUD_ID}", routes=_api(world, "gateway", site_place))]


def _api(world: JiraWorld, door: Door, site_place: str | None = None) -> list[BaseRoute]:
    async def server_info(request: Request) -> Response:
        here = site_address(request)
        base = f"{request.url.scheme}://{request.url.netloc}{site_place}" if site_place else here
        return site.server_info(world, base)

    paths = CLOUD if world.cloud else DATA_CENTER
    versions = ("2", "3", "latest") if world.cloud else ("2", "latest")
    return [
        *(Route(f"/rest/api/{version}/serverInfo", server_info) for version in versions),
        *(
            Route("/rest/api/{version}/" + path, endpoint(world, path, handlers, door), methods=list(handlers))
            for path, handlers in paths.items()
        ),
    ]


def is_write(method: str, path: str) -> bool:
    """Whether a request to `path` (below the site's address) changes anything; searches and bulk fetches by POST do not."""
    return not is_read(method, re.sub(r"^/rest/api/[^/]+/", "", path.rstrip("/")))
