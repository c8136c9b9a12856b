"""The REST API's map: which path is served by which resource."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from hypercare_sync.sandbox.jira import comments, issues, links, properties, search, site
from hypercare_sync.sandbox.jira.http import Handler, endpoint, site_address
from hypercare_sync.sandbox.jira.world import JiraWorld

PATHS: Mapping[str, Mapping[str, Handler]] = {
    "changelog/bulkfetch": {"POST": search.histories},
    "comment/{comment}/properties": {"GET": comments.property_index},
    "comment/{comment}/properties/{property}": {
        "GET": comments.property_show,
        "PUT": comments.property_put,
        "DELETE": comments.property_delete,
    },
    "field": {"GET": site.fields},
    "issue": {"POST": issues.create},
    "issue/bulkfetch": {"POST": search.fetch},
    "issue/{issue}": {"GET": issues.show, "PUT": issues.edit, "DELETE": issues.delete},
    "issue/{issue}/changelog": {"GET": issues.changelog},
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
    "mypermissions": {"GET": site.permissions},
    "myself": {"GET": site.myself},
    "priority": {"GET": site.priorities},
    "project": {"GET": site.projects, "POST": site.create_project},
    "project/search": {"GET": site.project_search},
    "project/{project}": {"GET": site.project, "DELETE": site.delete_project},
    "project/{project}/version": {"GET": site.version_page},
    "project/{project}/versions": {"GET": site.versions},
    "resolution": {"GET": site.resolutions},
    "search": {"GET": search.gone, "POST": search.gone},
    "search/approximate-count": {"POST": search.count},
    "search/jql": {"GET": search.search, "POST": search.search},
    "status": {"GET": site.statuses},
    "user": {"GET": site.user},
    "version": {"POST": site.create_version},
    "version/{version_id}": {"GET": site.version, "PUT": site.edit_version},
}
"""Below `/rest/api/{version}/`: the handlers of each path, by method."""
_READS_BY_POST = ("/search", "/search/jql", "/search/approximate-count", "/issue/bulkfetch", "/changelog/bulkfetch")


def routes(world: JiraWorld) -> list[BaseRoute]:
    """The site's API, to be mounted where the site is."""

    async def server_info(request: Request) -> Response:
        return site.server_info(world, site_address(request))

    async def tenant_info(_request: Request) -> Response:
        return JSONResponse({"cloudId": site.CLOUD_ID})

    return [
        Route("/_edge/tenant_info", tenant_info),
        Route("/rest/api/{version}/serverInfo", server_info),
        *(
            Route("/rest/api/{version}/" + path, endpoint(world, handlers), methods=list(handlers))
            for path, handlers in PATHS.items()
        ),
    ]


def is_write(method: str, path: str) -> bool:
    """Whether a request to `path` (below the site's address) changes anything; searches and bulk fetches by POST do not."""
    if method == "POST":
        return not path.rstrip("/").endswith(_READS_BY_POST)
    return method not in {"GET", "HEAD", "OPTIONS"}
