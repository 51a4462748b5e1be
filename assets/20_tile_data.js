// The decoded vector tiles: fetched once, shared by the tiles of the screen that show a part of them, dropped when nobody does.
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});

  const TILE_PX = 512; // on the screen; a quarter of the requests and canvases of 256
  const KEPT = 48; // decoded tiles kept after their last use: panning back fetches nothing
  const RETRY_MS = [500, 1000, 2000, 4000, 8000, 16000, 30000];

  // Which vector tiles a screen tile {x, y, z} of TILE_PX shows, and where: [{z, x, y, sizePx, leftPx, topPx}]. A screen tile of 512
  // pixels at zoom z is the tile x, y of z - 1; the tile asked for may be coarser (then a part of it) or finer (then several).
  function cover(coords, tileZoom) {
    const finer = 2 ** (tileZoom - (coords.z - 1));
    const sizePx = TILE_PX / finer;
    const limit = 2 ** tileZoom;
    const tiles = [];
    for (let y = Math.floor(coords.y * finer); y < (coords.y + 1) * finer; y += 1) {
      for (let x = Math.floor(coords.x * finer); x < (coords.x + 1) * finer; x += 1) {
        if (x < 0 || y < 0 || x >= limit || y >= limit) continue;
        tiles.push({ z: tileZoom, x, y, sizePx, leftPx: x * sizePx - coords.x * TILE_PX, topPx: y * sizePx - coords.y * TILE_PX });
      }
    }
    return tiles;
  }

  // The zoom of the vector tiles of a layer at a zoom of the map: one less, within what the layer serves. As Layer.find_tile_zoom of the
  // server, which writes names and classes into a tile by the same rule.
  const tileZoomOf = (layer, zoom) => Math.min(Math.max(zoom - 1, layer.tile_min_zoom ?? layer.min_zoom), layer.tile_max_zoom ?? 15);

  // Feature of a tile with its path in tile units, its box and the middle of its largest ring (where a label stands).
  function makeShape(tile, raw, Path) {
    const path = new Path();
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    let ring = [];
    let best = { area: -1, x: 0, y: 0 };
    const closeRing = () => {
      let area = 0, x = 0, y = 0;
      for (let index = 0; index < ring.length; index += 2) {
        const next = (index + 2) % ring.length;
        const cross = ring[index] * ring[next + 1] - ring[next] * ring[index + 1];
        area += cross;
        x += (ring[index] + ring[next]) * cross;
        y += (ring[index + 1] + ring[next + 1]) * cross;
      }
      if (area !== 0 && Math.abs(area) > best.area) best = { area: Math.abs(area), x: x / (3 * area), y: y / (3 * area) };
    };
    const extend = (x, y) => {
      if (x < box[0]) box[0] = x;
      if (y < box[1]) box[1] = y;
      if (x > box[2]) box[2] = x;
      if (y > box[3]) box[3] = y;
      ring.push(x, y);
    };
    gridmap.mvt.walk(tile, raw, {
      moveTo(x, y) { ring = []; extend(x, y); path.moveTo(x, y); },
      lineTo(x, y) { extend(x, y); path.lineTo(x, y); },
      closePath() { closeRing(); path.closePath(); },
    });
    return { id: raw.id, type: raw.type, properties: raw.properties, path, box, anchor: best };
  }

  // {extent, shapes, byId, outlines}: outlines holds all shapes of a class in one path, so that lines take one stroke.
  function makeContent(bytes, Path = root.Path2D) {
    const content = { extent: 4096, shapes: [], byId: new Map(), outlines: new Map() };
    if (!bytes.length) return content;
    const tile = gridmap.mvt.decode(bytes);
    for (const layer of tile.layers) {
      content.extent = layer.extent;
      for (const raw of layer.features) {
        if (raw.type !== gridmap.mvt.LINE && raw.type !== gridmap.mvt.POLYGON) continue;
        const shape = makeShape(tile, raw, Path);
        content.shapes.push(shape);
        content.byId.set(shape.id, shape);
        const name = shape.properties.class || "";
        if (!content.outlines.has(name)) content.outlines.set(name, new Path());
        content.outlines.get(name).addPath(shape.path);
      }
    }
    return content;
  }

  // The cache. `use(layerId, tile, user)` answers an entry {content or null}; user.onTile(entry) is called when it comes.
  // A failed request is tried again for as long as somebody waits for it; the layer never freezes.
  function makeTileCache({ version, fetcher = (...args) => fetch(...args), later = setTimeout, Path = root.Path2D } = {}) {
    const entries = new Map();

    function trim() {
      const idle = [...entries.values()].filter((entry) => entry.users.size === 0 && entry.content);
      for (const entry of idle.slice(0, Math.max(0, idle.length - KEPT))) entries.delete(entry.key);
    }
    async function load(entry) {
      entry.abort = new AbortController();
      try {
        const answer = await fetcher(`/tiles/${entry.key}.mvt?v=${encodeURIComponent(version)}`, { signal: entry.abort.signal });
        // 404: this layer has no such tile. 204: nothing lies there.
        if (answer.status === 404 || answer.status === 204) entry.content = makeContent(new Uint8Array(0), Path);
        else if (!answer.ok) throw new Error(`GET /tiles/${entry.key}.mvt answered ${answer.status}`);
        else entry.content = makeContent(new Uint8Array(await answer.arrayBuffer()), Path);
      } catch (error) {
        if (entry.users.size === 0) {
          entries.delete(entry.key);
          return;
        }
        entry.attempts += 1;
        entry.failed = true; // the screen does not wait for it any longer
        for (const user of [...entry.users]) user.onTile(entry);
        later(() => {
          if (entry.users.size) load(entry);
          else entries.delete(entry.key);
        }, RETRY_MS[Math.min(entry.attempts - 1, RETRY_MS.length - 1)] * (0.75 + Math.random() * 0.5));
        return;
      }
      entry.failed = false;
      for (const user of [...entry.users]) user.onTile(entry);
      trim();
    }
    return {
      use(layerId, { z, x, y }, user) {
        const key = `${layerId}/${z}/${x}/${y}`;
        let entry = entries.get(key);
        if (entry) entries.delete(key); // to the end of the line: the map keeps the order of last use
        else entry = { key, layerId, z, x, y, content: null, users: new Set(), attempts: 0, failed: false, abort: null };
        entries.set(key, entry);
        entry.users.add(user);
        if (!entry.content && !entry.abort) load(entry);
        return entry;
      },
      release(entry, user) {
        entry.users.delete(user);
        if (entry.users.size === 0 && !entry.content) {
          entries.delete(entry.key);
          if (entry.abort) entry.abort.abort();
        }
        trim();
      },
      size: () => entries.size,
    };
  }

  gridmap.tileData = { cover, tileZoomOf, makeContent, makeTileCache, TILE_PX };
})(typeof window === "undefined" ? globalThis : window);
