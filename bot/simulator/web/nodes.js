// Nodes from plain values. Texts become text nodes only; nothing anybody wrote is markup.

export function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}

export function avatar(id, name, small = false) {
  const look = `avatar ${small ? "small " : ""}hue-${Math.abs(id) % 6}${id < 0 ? " of-group" : ""}`;
  return make("span", { class: look, "aria-hidden": "true" }, [...name][0] ?? "?");
}

// A list that opens above what one writes with, and closes by Escape, by choosing, or by a click elsewhere.
export function popup(id, opener, kind) {
  const list = make("ul", { class: `commands ${kind}`, id, hidden: true });
  opener.setAttribute("aria-expanded", "false");
  opener.setAttribute("aria-controls", id);
  const show = (open) => {
    if (open === !list.hidden) return;
    list.hidden = !open;
    opener.setAttribute("aria-expanded", String(open));
    if (open) list.querySelector("button")?.focus();
  };
  opener.addEventListener("click", () => show(list.hidden));
  list.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      show(false);
      opener.focus();
    }
  });
  document.addEventListener("click", (event) => {
    if (!list.contains(event.target) && !opener.contains(event.target)) show(false);
  });
  return { list, show };
}
