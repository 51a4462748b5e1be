// The board as columns: decode the snapshot `GMB1`, then keep it current row by row. Contract: docs/architecture.md, "The board snapshot".
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});

  const NO_POINT = -0x80000000;
  const NO_LIMIT = 0xffffffff; // near, due, twice of an incident without a limit: it never becomes late

  // Name, typed array of the column in memory. The order is that of the contract and of the rows of the live channel.
  const COLUMNS = [
    ["id", Uint32Array], ["area", Uint32Array], ["x", Int32Array], ["y", Int32Array], ["unit", Uint16Array], ["item", Uint16Array],
    ["status", Uint8Array], ["channel", Uint8Array], ["placement", Uint8Array], ["flags", Uint8Array],
    ["reported", Uint32Array], ["near", Uint32Array], ["due", Uint32Array], ["twice", Uint32Array],
  ];
  const NAMES = COLUMNS.map((column) => column[0]);
  const LIMITS = ["near", "due", "twice"];
  const SHIFTED = 2;

  // Put byte planes (all first bytes, then all second bytes ...) together and undo the difference to the previous row.
  function readPlanes(bytes, offset, count, width, delta, Type) {
    const values = new Type(count);
    let previous = 0;
    for (let row = 0; row < count; row += 1) {
      let value = bytes[offset + row];
      for (let plane = 1; plane < width; plane += 1) value |= bytes[offset + plane * count + row] << (8 * plane);
      if (delta) previous = value = (previous + value) | 0;
      values[row] = value; // the typed array reduces modulo 2^(8 * width)
    }
    return values;
  }

  // Undo the zigzag difference to the previous row of the same group (a point is near the previous one of its area), in place.
  function addToPrevious(values, groups) {
    const last = new Map();
    for (let row = 0; row < values.length; row += 1) {
      const zigzag = values[row];
      const value = ((last.get(groups[row]) || 0) + ((zigzag >>> 1) ^ -(zigzag & 1))) | 0;
      last.set(groups[row], value);
      values[row] = value;
    }
  }

  // Make near, due and twice of the index into the header's table of limits. A row with flag 2 (on the wire only) was reported
  // outside working time: its limits count from the start of the next working interval.
  function spreadLimits(read, count, header) {
    const starts = header.calendar.map((interval) => interval[0]);
    for (const name of LIMITS) read[name] = new Uint32Array(count);
    for (let row = 0; row < count; row += 1) {
      const limits = header.limits[read.limit[row]];
      if (!limits) throw new Error(`board snapshot: row ${row} names limit ${read.limit[row]}, which is not in the header`);
      let wait = 0;
      if (read.flags[row] & SHIFTED) {
        read.flags[row] &= ~SHIFTED;
        let low = 0;
        let high = starts.length; // the first interval that starts after the report
        while (low < high) {
          const middle = (low + high) >> 1;
          if (starts[middle] > read.reported[row]) high = middle;
          else low = middle + 1;
        }
        wait = low < starts.length ? starts[low] - read.reported[row] : 0;
      }
      for (let index = 0; index < LIMITS.length; index += 1) {
        read[LIMITS[index]][row] = limits[index] === NO_LIMIT ? NO_LIMIT : limits[index] + wait;
      }
    }
  }

  // Decode a snapshot. Returns {header, columns}; a body that is cut short or has an unknown shape is an error, never half a board.
  function decode(buffer) {
    const bytes = new Uint8Array(buffer);
    if (bytes.length < 8 || String.fromCharCode(bytes[0], bytes[1], bytes[2], bytes[3]) !== "GMB1") {
      throw new Error("board snapshot: the answer does not start with GMB1");
    }
    const headerBytes = new DataView(buffer).getUint32(4, true);
    if (8 + headerBytes > bytes.length) throw new Error("board snapshot: the header is cut short");
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + headerBytes)));
    const count = header.count;
    const types = new Map(COLUMNS);
    const read = {};
    let offset = 8 + headerBytes;
    for (const column of header.columns) {
      if (offset + count * column.bytes > bytes.length) throw new Error(`board snapshot: column ${column.name} is cut short`);
      const Type = column.name === "limit" ? Uint16Array : types.get(column.name);
      if (Type) read[column.name] = readPlanes(bytes, offset, count, column.bytes, column.delta, Type);
      if (Type && column.after) addToPrevious(read[column.name], read[column.after]);
      offset += count * column.bytes;
    }
    if (read.limit) spreadLimits(read, count, header);
    for (const name of NAMES) if (!read[name]) throw new Error(`board snapshot: column ${name} is missing`);
    return { header, columns: makeTable(read, count) };
  }

  // A table of typed arrays with spare room. Rows 0 .. count-1 are in use; a removed row is filled by the last one, so a row
  // number holds until the next change only, and ids are what lasts. `extra` columns (name -> type) live beside those of the contract.
  function makeTable(initial, count) {
    const types = new Map(COLUMNS);
    const rowOf = new Map();
    const table = { count: 0, capacity: 0 };

    function grow(capacity) {
      for (const [name, Type] of types) {
        const grown = new Type(capacity);
        if (table[name]) grown.set(table[name].subarray(0, table.count));
        table[name] = grown;
      }
      table.capacity = capacity;
    }

    if (initial && count) {
      grow(Math.ceil(count * 1.1) + 64);
      for (const name of NAMES) table[name].set(initial[name]);
      table.count = count;
      for (let row = 0; row < count; row += 1) rowOf.set(table.id[row], row);
    } else grow(64);

    table.row = (id) => {
      const row = rowOf.get(id);
      return row === undefined ? -1 : row;
    };
    table.addColumn = (name, Type) => {
      types.set(name, Type);
      table[name] = new Type(table.capacity);
    };
    // Write one row of plain values in the order of the contract; answers its row number.
    table.upsert = (values) => {
      let row = rowOf.get(values[0]);
      if (row === undefined) {
        if (table.count === table.capacity) grow(table.capacity * 2);
        row = table.count;
        table.count += 1;
        rowOf.set(values[0], row);
      }
      for (let index = 0; index < NAMES.length; index += 1) table[NAMES[index]][row] = values[index];
      return row;
    };
    // Remove the row of an id by moving the last row into its place; false if the id is not there.
    table.remove = (id) => {
      const row = rowOf.get(id);
      if (row === undefined) return false;
      const last = table.count - 1;
      if (row !== last) {
        for (const name of types.keys()) table[name][row] = table[name][last];
        rowOf.set(table.id[row], row);
      }
      rowOf.delete(id);
      table.count = last;
      return true;
    };
    return table;
  }

  gridmap.columns = { decode, makeTable, NAMES, NO_POINT, NO_LIMIT };
})(typeof window === "undefined" ? globalThis : window);
