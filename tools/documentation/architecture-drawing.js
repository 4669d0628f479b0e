// The rooms of architecture.json as one picture: each room below all that it imports from, arrows as they are there.
import { readFileSync } from "node:fs";

/** What each room is, and the column it is drawn in. */
const rooms = {
  "packages/contract": { says: "what travels on the wire", column: 0 },
  "packages/client": { says: "FaceClient everywhere", column: 0 },
  "packages/models": { says: "every network: source, hash, card", column: 1 },
  "packages/vision": { says: "a picture in, faces out", column: 1 },
  "packages/gallery": { says: "templates and time", column: 2 },
  "packages/service": { says: "the operations, without HTTP", column: 1 },
  "packages/server": { says: "HTTP, credentials, limits, metrics", column: 1 },
  "packages/cli": { says: "mien, and FaceClient in-process", column: 1 },
  "apps/playground": { says: "the web page", column: 0 },
};
const box = { width: 232, height: 58, gapX: 120, gapY: 62, margin: 24 };

export function architectureDrawing() {
  const arrows = JSON.parse(
    readFileSync(new URL("../../architecture.json", import.meta.url), "utf8"),
  );
  const names = Object.keys(arrows);
  for (const name of names)
    if (rooms[name] === undefined)
      throw new Error(`architecture-drawing.js has no place for ${name}`);
  const level = (name) => 1 + Math.max(-1, ...arrows[name].map(level));
  const top = Math.max(...names.map(level));
  const columns = 1 + Math.max(...names.map((name) => rooms[name].column));
  const width = columns * (box.width + box.gapX) - box.gapX + 2 * box.margin;
  const height = (top + 1) * (box.height + box.gapY) - box.gapY + 2 * box.margin;
  const place = new Map(
    names.map((name) => [
      name,
      {
        x: box.margin + rooms[name].column * (box.width + box.gapX),
        y: box.margin + (top - level(name)) * (box.height + box.gapY),
      },
    ]),
  );
  // An arrow that another way already says is left out, so that the picture shows the order and no knot.
  const reach = (from) => new Set(arrows[from].flatMap((to) => [to, ...reach(to)]));
  const direct = names.flatMap((from) =>
    arrows[from]
      .filter((to) => !arrows[from].some((other) => other !== to && reach(other).has(to)))
      .map((to) => [from, to]),
  );
  const lines = direct.map(([from, to]) => {
    const start = place.get(from);
    const end = place.get(to);
    const x1 = start.x + box.width / 2;
    const y1 = start.y + box.height;
    const x2 = end.x + box.width / 2;
    const y2 = end.y - 6;
    return `<path class="arrow" d="M${x1} ${y1}L${x2} ${y2}" marker-end="url(#head)"/>`;
  });
  const boxes = names.map((room) => {
    const { x, y } = place.get(room);
    const middle = x + box.width / 2;
    return `<rect class="room" x="${x}" y="${y}" width="${box.width}" height="${box.height}" rx="10"/><text class="name" x="${middle}" y="${y + 25}">${room}</text><text class="says" x="${middle}" y="${y + 44}">${rooms[room].says}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="Rooms of Mien and which imports which">
<style>.room{fill:#fff;stroke:#3a4fd0;stroke-width:1.5}.name{font:600 14px system-ui,sans-serif;fill:#15171c;text-anchor:middle}.says{font:11px system-ui,sans-serif;fill:#565d6b;text-anchor:middle}.arrow{fill:none;stroke:#85868c;stroke-width:1.5}</style>
<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" fill="#85868c"/></marker></defs>
<rect width="${width}" height="${height}" fill="#f6f6f3" rx="12"/>
${lines.join("\n")}
${boxes.join("\n")}
</svg>
`;
}
