/** Builds the page's elements without markup in strings, so that no answer of a server can become markup. */

type Child = Node | string | undefined;
interface Properties {
  readonly [attribute: string]:
    string | number | boolean | undefined | ((event: Event) => void) | readonly string[];
}

/** An HTML element: `on…` functions are listeners, true is an empty attribute, false and undefined are none. */
export function html<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  properties: Properties = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  return fill(document.createElement(tag), properties, children);
}

/** The same for a drawing. */
export function svg<Tag extends keyof SVGElementTagNameMap>(
  tag: Tag,
  properties: Properties = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[Tag] {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), properties, children);
}

function fill<Kind extends Element>(
  element: Kind,
  properties: Properties,
  children: readonly Child[],
): Kind {
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else element.setAttribute(name, Array.isArray(value) ? value.join(" ") : String(value));
  }
  element.append(...children.filter((child) => child !== undefined));
  return element;
}

/** A number for `id` and `for`, unique on the page. */
export function uniqueId(prefix: string): string {
  lastId += 1;
  return `${prefix}-${lastId}`;
}
let lastId = 0;

const icons = {
  upload: "M12 16V4m0 0L7 9m5-5 5 5M4 16v3a1 1 0 0 0 1 1h14a1 1 0 0 0 1-1v-3",
  folder: "M3 7V6a1 1 0 0 1 1-1h5l2 2h9a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V7",
  paste: "M9 4h6v3H9zM9 5H6a1 1 0 0 0-1 1v13a1 1 0 0 0 1 1h12a1 1 0 0 0 1-1V6a1 1 0 0 0-1-1h-3",
  camera: "M4 8h3l2-3h6l2 3h3v11H4zM12 17a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7",
  copy: "M9 9h10v11H9zM5 15V4h10",
  key: "M14 10a4 4 0 1 1-3.5-4A4 4 0 0 1 14 10Zm-1 2 7 7m-3-3 2-2",
  cross: "M6 6l12 12M18 6 6 18",
} as const;

/** A line drawing beside words; it says nothing that they do not. */
export function icon(name: keyof typeof icons): SVGSVGElement {
  return svg(
    "svg",
    { viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true" },
    svg("path", { d: icons[name] }),
  );
}
