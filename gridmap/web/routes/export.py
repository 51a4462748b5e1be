"""`/api/export/{layer}`: what is shown, as a file."""

import shutil
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Annotated
from urllib.parse import quote
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request
from fastapi.responses import FileResponse
from starlette.background import BackgroundTask

from gridmap.domain.export import ExportFormat
from gridmap.web.context import WebContext
from gridmap.web.export_text import make_title, make_translate
from gridmap.web.i18n import read_language

_MEDIA_TYPES = {
    ExportFormat.GPKG: "application/geopackage+sqlite3",
    ExportFormat.GEOJSON: "application/geo+json",
    ExportFormat.CSV: "text/csv; charset=utf-8",
    ExportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_OWN_KEYS = {"format", "language", "lang"}


def make_router(context: WebContext) -> APIRouter:
    """Make the route."""
    router = APIRouter(prefix="/api/export", tags=["export"])

    @router.get(
        "/{layer}",
        response_class=FileResponse,
        responses={
            200: {"content": {kind: {} for kind in _MEDIA_TYPES.values()}, "description": "The file."},
            404: {"description": "There is no such layer."},
            422: {"description": "A filter or a value that the layer does not have; the message lists those it has."},
        },
    )
    def get_file(
        layer: str,
        request: Request,
        file_format: Annotated[ExportFormat, Query(alias="format")] = ExportFormat.GEOJSON,
        language: Annotated[str | None, Query(max_length=20, description="Of tables: zh_CN or en.")] = None,
    ) -> FileResponse:
        """Write a layer to a file. Every other key of the query is a filter, such as `unit=`, `status=`, `area=`;
        repeat a key for alternatives.
        """
        # GeoPandas and the writers take half a second to load: at the first export, not when the server starts.
        from gridmap.services.export import export_layer

        found = context.layers.find_layer(layer)
        chosen = read_language(language, context.settings.language)
        where = [(key, value) for key, value in request.query_params.multi_items() if key not in _OWN_KEYS]
        zone = ZoneInfo(context.settings.timezone)
        title = make_title(found, chosen)
        stamp = f"{datetime.now(zone):%Y%m%d-%H%M}.{file_format}"
        # The name that people see is in their language; the one in ASCII is for programs that know no other.
        name, plain_name = f"{title}-{stamp}", f"gridmap-{found.id}-{stamp}"
        folder = Path(tempfile.mkdtemp(prefix="gridmap-export-"))
        try:
            export_layer(
                context.database,
                found,
                folder / plain_name,
                file_format=file_format,
                where=where,
                title=title,
                translate=make_translate(chosen),
                timezone=context.settings.timezone,
            )
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        return FileResponse(
            folder / plain_name,
            media_type=_MEDIA_TYPES[file_format],
            headers={
                "Content-Disposition": f"attachment; filename=\"{plain_name}\"; filename*=UTF-8''{quote(name)}",
                "Cache-Control": "no-store",
            },
            background=BackgroundTask(shutil.rmtree, folder, ignore_errors=True),
        )

    return router
