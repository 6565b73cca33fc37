/** The page's only way to make elements: text is always text, never HTML. */

/**
 * @param {string} name
 * @param {Record<string, string | boolean | null>} attributes `class`, `title`, ...; null and false are left out
 * @param {...(Node | string | null)} children
 * @returns {HTMLElement}
 */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && value !== false) made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

/** @param {string} id @returns {HTMLElement} */
export function byId(id) {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`No element with id ${id}`);
  return found;
}

/** A moment shown as an age that page.js keeps current. @param {string} at ISO time */
export function age(at, attributes = {}) {
  return element("time", { datetime: at, "data-age": "since", ...attributes });
}

/** @type {WeakMap<HTMLElement, Map<string, { json: string, node: HTMLElement }>>} */
const shown = new WeakMap();

/**
 * Brings a list to `items` and keeps the elements of items that did not change, so that scroll
 * positions stay and only what is new moves.
 * @template Item
 * @param {HTMLElement} list
 * @param {readonly Item[]} items
 * @param {(item: Item) => string} keyOf
 * @param {(item: Item, isNew: boolean) => HTMLElement} make
 */
export function showList(list, items, keyOf, make) {
  const before = shown.get(list) ?? new Map();
  const after = new Map();
  for (const item of items) {
    const key = keyOf(item);
    const json = JSON.stringify(item);
    const old = before.get(key);
    const isSame = old !== undefined && old.json === json;
    after.set(key, isSame ? old : { json, node: make(item, old === undefined && before.size > 0) });
  }
  shown.set(list, after);
  const nodes = [...after.values()].map((entry) => entry.node);
  for (const child of [...list.children]) if (!nodes.includes(child)) child.remove();
  for (const [index, node] of nodes.entries()) {
    if (list.children[index] !== node) list.insertBefore(node, list.children[index] ?? null);
  }
}
