// A place that somebody was sent to by a link (`?pin=lon,lat`): a pin on the map, until it is taken off.
(function (root) {
  "use strict";
  const gridmap = (root.gridmap = root.gridmap || {});
  const { text, make } = gridmap.dom;

  // {lon, lat} in CGCS2000 degrees, or null.
  function read(search) {
    const match = /^(-?[\d.]{1,12}),(-?[\d.]{1,12})$/.exec(new URLSearchParams(search).get("pin") || "");
    const [lon, lat] = match ? match.slice(1).map(Number) : [NaN, NaN];
    return Math.abs(lon) <= 180 && Math.abs(lat) <= 85 ? { lon, lat } : null;
  }

  // The link to a place on the map page; `search` gives the language.
  function hrefOf(search, { lon, lat }, zoom = 16) {
    const lang = new URLSearchParams(search).get("lang");
    const at = [lon.toFixed(6), lat.toFixed(6)];
    const query = new URLSearchParams({ ...(lang ? { lang } : {}), z: String(zoom), lat: at[1], lon: at[0], pin: at.join(",") });
    return `/?${query.toString().replace(/%2C/g, ",")}`;
  }

  function mount(map) {
    const point = read(root.location.search);
    if (!point) return;
    const off = make("button", { type: "button", class: "quiet", on: { click: () => {
      marker.remove();
      const query = new URLSearchParams(root.location.search);
      query.delete("pin");
      root.history.replaceState(root.history.state, "", `${root.location.pathname}?${query.toString().replace(/%2C/g, ",")}`);
    } } }, text("Take off the map"));
    const said = make("div", { class: "pin-said" }, make("p", {}, text("The place that this link leads to")), off);
    const marker = root.L.marker([point.lat, point.lon], {
      title: text("The place that this link leads to"), icon: root.L.divIcon({ className: "place-pin", iconSize: [28, 36], iconAnchor: [14, 35], popupAnchor: [0, -34] }),
    }).bindPopup(said, { closeButton: false, minWidth: 120 }).addTo(map);
  }

  gridmap.pin = { read, hrefOf, mount };
})(typeof window === "undefined" ? globalThis : window);
