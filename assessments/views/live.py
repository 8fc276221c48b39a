"""Pages that follow their numbers: whole at first, then only what may have changed."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import quote_etag

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse

_HEADER = "X-Board"


def shown(
    request: HttpRequest, page: str, board: str, context: Mapping[str, object]
) -> HttpResponse:
    """Render `page`, which includes the template `board`.

    To a page that follows, the board alone is given; if it is the one that the page
    has, not even that.
    """
    if _HEADER not in request.headers:
        answer = render(request, page, {**context, "board": board})
        patch_vary_headers(answer, [_HEADER])
        return answer
    part = render(request, board, dict(context))
    mark = quote_etag(hashlib.sha256(part.content).hexdigest())
    part["ETag"] = mark
    patch_vary_headers(part, [_HEADER])
    found = get_conditional_response(request, etag=mark, response=part)
    return part if found is None else found
