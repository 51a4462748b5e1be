// Reader of Mapbox Vector Tiles 2.1 (https://github.com/mapbox/vector-tile-spec), as PostGIS ST_AsMVT writes them.
// Written for tiles from a network: every length is checked, so a malformed tile is an error and never an endless loop.
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});

  const POINT = 1, LINE = 2, POLYGON = 3;

  function makeReader(bytes) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const text = new TextDecoder();
    const reader = {
      pos: 0,
      // Base-128 number of at most ten bytes. Above 2^53 it loses digits; ids of areas are far below.
      varint(end) {
        let value = 0;
        let factor = 1;
        for (let length = 0; length < 10; length += 1) {
          if (reader.pos >= end) throw new Error(`vector tile: number cut short at byte ${reader.pos}`);
          const byte = bytes[reader.pos];
          reader.pos += 1;
          value += (byte & 0x7f) * factor;
          if (byte < 0x80) return value;
          factor *= 128;
        }
        throw new Error(`vector tile: number too long at byte ${reader.pos}`);
      },
      // End of the length-delimited field that starts here.
      span(end) {
        const length = reader.varint(end);
        if (reader.pos + length > end) throw new Error(`vector tile: field of ${length} bytes is cut short at byte ${reader.pos}`);
        return reader.pos + length;
      },
      skip(wire, end) {
        if (wire === 0) reader.varint(end);
        else if (wire === 1) reader.pos += 8;
        else if (wire === 2) reader.pos = reader.span(end);
        else if (wire === 5) reader.pos += 4;
        else throw new Error(`vector tile: unknown wire type ${wire} at byte ${reader.pos}`);
        if (reader.pos > end) throw new Error(`vector tile: field is cut short at byte ${end}`);
      },
      string: (end) => {
        const value = text.decode(bytes.subarray(reader.pos, end));
        reader.pos = end;
        return value;
      },
      number(width) {
        if (reader.pos + width > bytes.length) throw new Error(`vector tile: number cut short at byte ${reader.pos}`);
        const value = width === 4 ? view.getFloat32(reader.pos, true) : view.getFloat64(reader.pos, true);
        reader.pos += width;
        return value;
      },
      // Call visit(field, wire, end) for each field of the message that ends at `end`; visit answers true if it has read it.
      fields(end, visit) {
        while (reader.pos < end) {
          const tag = reader.varint(end);
          const wire = tag % 8;
          if (!visit(Math.floor(tag / 8), wire)) reader.skip(wire, end);
        }
        if (reader.pos !== end) throw new Error(`vector tile: message runs over its end at byte ${end}`);
      },
    };
    return reader;
  }

  function readValue(reader, end) {
    let value = null;
    reader.fields(end, (field, wire) => {
      if (field === 1 && wire === 2) value = reader.string(reader.span(end));
      else if (field === 2 && wire === 5) value = reader.number(4);
      else if (field === 3 && wire === 1) value = reader.number(8);
      else if ((field === 4 || field === 5) && wire === 0) value = reader.varint(end);
      else if (field === 6 && wire === 0) {
        const zigzag = reader.varint(end);
        value = zigzag % 2 ? -(zigzag + 1) / 2 : zigzag / 2;
      } else if (field === 7 && wire === 0) value = reader.varint(end) !== 0;
      else return false;
      return true;
    });
    return value;
  }

  function readPacked(reader, end) {
    const values = [];
    while (reader.pos < end) values.push(reader.varint(end));
    return values;
  }

  function readFeature(reader, end) {
    const feature = { id: 0, type: 0, tags: [], start: 0, end: 0, properties: null };
    reader.fields(end, (field, wire) => {
      if (field === 1 && wire === 0) feature.id = reader.varint(end);
      else if (field === 2 && wire === 2) feature.tags = readPacked(reader, reader.span(end));
      else if (field === 3 && wire === 0) feature.type = reader.varint(end);
      else if (field === 4 && wire === 2) {
        feature.end = reader.span(end);
        feature.start = reader.pos;
        reader.pos = feature.end;
      } else return false;
      return true;
    });
    return feature;
  }

  function readLayer(reader, end) {
    const layer = { name: "", version: 1, extent: 4096, features: [] };
    const keys = [];
    const values = [];
    reader.fields(end, (field, wire) => {
      if (field === 1 && wire === 2) layer.name = reader.string(reader.span(end));
      else if (field === 2 && wire === 2) layer.features.push(readFeature(reader, reader.span(end)));
      else if (field === 3 && wire === 2) keys.push(reader.string(reader.span(end)));
      else if (field === 4 && wire === 2) values.push(readValue(reader, reader.span(end)));
      else if (field === 5 && wire === 0) layer.extent = reader.varint(end);
      else if (field === 15 && wire === 0) layer.version = reader.varint(end);
      else return false;
      return true;
    });
    if (!(layer.extent > 0)) throw new Error(`vector tile: layer ${layer.name} has extent ${layer.extent}`);
    for (const feature of layer.features) {
      feature.properties = {};
      for (let index = 0; index + 1 < feature.tags.length; index += 2) {
        const [key, value] = [keys[feature.tags[index]], values[feature.tags[index + 1]]];
        if (key === undefined || value === undefined) throw new Error(`vector tile: feature ${feature.id} names a value that is not there`);
        feature.properties[key] = value;
      }
      feature.tags = null;
    }
    return layer;
  }

  // Decode the bytes of a tile: {bytes, layers: [{name, extent, features: [{id, type, properties, start, end}]}]}.
  function decode(bytes) {
    const reader = makeReader(bytes);
    const layers = [];
    reader.fields(bytes.length, (field, wire) => {
      if (field !== 3 || wire !== 2) return false;
      layers.push(readLayer(reader, reader.span(bytes.length)));
      return true;
    });
    return { bytes, layers };
  }

  // Walk a feature's geometry in tile units (y down): sink.moveTo(x, y), sink.lineTo(x, y), sink.closePath().
  function walk(tile, feature, sink) {
    const reader = makeReader(tile.bytes);
    const end = feature.end;
    reader.pos = feature.start;
    let x = 0;
    let y = 0;
    const signed = () => {
      const value = reader.varint(end);
      return value % 2 ? -(value + 1) / 2 : value / 2;
    };
    while (reader.pos < end) {
      const command = reader.varint(end);
      const action = command % 8;
      let repeat = Math.floor(command / 8);
      if (action === 7) {
        if (repeat !== 1) throw new Error(`vector tile: feature ${feature.id} closes its ring ${repeat} times`);
        sink.closePath();
      } else if (action === 1 || action === 2) {
        // Each point takes two bytes at least, so a huge count ends with the bytes.
        for (; repeat > 0; repeat -= 1) {
          x += signed();
          y += signed();
          if (action === 1) sink.moveTo(x, y);
          else sink.lineTo(x, y);
        }
      } else throw new Error(`vector tile: feature ${feature.id} has unknown command ${action}`);
    }
  }

  gridmap.mvt = { decode, walk, POINT, LINE, POLYGON };
})(typeof window === "undefined" ? globalThis : window);
