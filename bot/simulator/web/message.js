// One message as nodes. Texts become text nodes only; nothing a person or a bot wrote is markup.

import { clockTime, dayAndTime, fileSize, instantOf, startPayload } from "./words.js";

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

// Fills the node of a message; `deeds` is what its buttons and links do.
export function fillMessage(node, message, zone, deeds) {
  const sent = new Date(message.date);
  const bubble = make("div", { class: "bubble" });
  bubble.append(make("span", { class: "hidden" }, message.from_bot ? "Bot: " : "You: "));
  if (message.reply) bubble.append(make("p", { class: "reply", dir: "auto" }, message.reply));
  if (message.document?.calendar) bubble.append(calendarCard(message.document, zone));
  else if (message.document) bubble.append(fileCard(message.document));
  if (message.venue) bubble.append(venueCard(message.venue));
  if (message.text) {
    const words = make("div", { class: "words", dir: "auto" });
    words.append(...formatted(message.text, message.entities, deeds));
    bubble.append(words);
  }
  bubble.append(make("p", { class: "meta" },
    message.edited ? make("span", { class: "edited" }, "edited ") : null,
    make("time", { datetime: message.date, title: dayAndTime(sent, zone) }, clockTime(sent, zone)),
  ));
  const parts = [bubble];
  if (message.buttons.length) parts.push(keyboard(message, deeds));
  node.replaceChildren(...parts);
}

function keyboard(message, deeds) {
  const rows = message.buttons.map((row, r) =>
    make("div", { class: "buttons" }, ...row.map((button, c) => {
      const look = `button ${button.style ? `style-${button.style}` : ""}`;
      const at = { "data-row": r, "data-column": c, "data-data": button.data, class: look, dir: "auto" };
      if (button.kind === "url") {
        const link = anchor(button.url, deeds, at);
        link.append(make("span", {}, button.text), icon("out"));
        return link;
      }
      const node = make("button", { type: "button", ...at }, make("span", {}, button.text),
        button.kind === "copy" ? icon("copy") : null);
      node.addEventListener("click", () => deeds.press(message, r, c, node));
      return node;
    })));
  return make("div", { class: "keyboard" }, ...rows);
}

// A link that leaves the page, except one to the bot itself, which opens here.
function anchor(address, deeds, attributes = {}) {
  const payload = address.includes("t.me/") ? startPayload(address, deeds.username) : null;
  const safe = /^(https?:|mailto:)/i.test(address);
  const node = make("a", { ...attributes, href: safe ? address : null });
  if (payload !== null) {
    node.addEventListener("click", (event) => {
      event.preventDefault();
      deeds.openLink(payload);
    });
  } else {
    node.target = "_blank";
    node.rel = "noopener noreferrer";
  }
  return node;
}

// Offsets count UTF-16 units, as the letters of a script's string do.
function formatted(text, entities, deeds, start = 0, end = text.length) {
  const nodes = [];
  let at = start;
  const here = entities.filter((e) => e.offset < end && e.offset + e.length > start);
  while (here.length) {
    const entity = here.shift();
    const from = Math.max(entity.offset, at);
    const to = Math.min(entity.offset + entity.length, end);
    if (to <= from) continue;
    if (from > at) nodes.push(text.slice(at, from));
    const inner = formatted(text, here, deeds, from, to);
    nodes.push(wrapped(entity, text.slice(from, to), inner, deeds));
    at = to;
  }
  if (at < end) nodes.push(text.slice(at, end));
  return nodes;
}

const tags = {
  bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", pre: "pre",
  blockquote: "blockquote", expandable_blockquote: "blockquote",
};

function wrapped(entity, text, inner, deeds) {
  const kind = entity.type;
  if (tags[kind]) return make(tags[kind], {}, ...inner);
  if (kind === "spoiler") {
    const words = make("span", {}, ...inner);
    const node = make("button", { type: "button", class: "spoiler", "aria-label": "Show hidden text" }, words);
    node.addEventListener("click", () => node.replaceWith(words));
    return node;
  }
  if (kind === "bot_command") {
    const node = make("a", { href: "#", class: "command" }, text);
    node.addEventListener("click", (event) => {
      event.preventDefault();
      deeds.sendText(text);
    });
    return node;
  }
  const address = {
    text_link: () => entity.url,
    url: () => (/^https?:\/\//i.test(text) ? text : `https://${text}`),
    email: () => `mailto:${text}`,
  }[kind]?.();
  if (address) {
    const link = anchor(address, deeds);
    link.append(...inner);
    return link;
  }
  return make("span", { class: "mark" }, ...inner);
}

function fileCard(file) {
  return make("div", { class: "card" },
    make("span", { class: "card-sign" }, icon("file")),
    make("div", { class: "card-facts" },
      make("a", { href: file.url, target: "_blank", rel: "noopener", class: "card-title", dir: "auto" }, file.name),
      make("p", { class: "card-note" }, `${fileSize(file.size)} · `,
        make("a", { href: `${file.url}?store`, download: file.name, "aria-label": `Download ${file.name}` }, "Download")),
    ));
}

function calendarCard(file, zone) {
  const card = file.calendar;
  const sheet = make("span", { class: "sheet", "aria-hidden": "true" });
  if (card.starts) {
    const start = eventInstant(card.starts, zone);
    const shown = card.starts.zone && card.starts.zone !== "UTC" ? card.starts.zone : zone;
    sheet.append(
      make("span", { class: "sheet-month" }, part(start, shown, { month: "short" })),
      make("span", { class: "sheet-day" }, part(start, shown, { day: "numeric" })),
    );
  }
  return make("div", { class: `card calendar ${card.cancelled ? "cancelled" : ""}`, "data-calendar": "" },
    sheet,
    make("div", { class: "card-facts" },
      card.cancelled ? make("p", { class: "card-flag" }, "Cancelled") : null,
      make("p", { class: "card-title", dir: "auto" }, card.title || file.name),
      card.starts ? make("p", { class: "card-note" }, span(card, zone)) : null,
      card.place ? make("p", { class: "card-note", dir: "auto" }, card.place) : null,
      make("p", { class: "card-note" },
        make("a", { href: `${file.url}?store`, download: file.name, "aria-label": `Download ${file.name}` }, file.name)),
    ));
}

function part(instant, zone, options) {
  return new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...options }).format(instant);
}

function eventInstant(time, zone) {
  const wall = time.wall.includes("T") ? time.wall : `${time.wall}T00:00`;
  try {
    return instantOf(wall, time.zone || zone);
  } catch {
    return instantOf(wall, zone); // a zone of the file's own that no browser knows
  }
}

function span(card, zone) {
  const start = eventInstant(card.starts, zone);
  const whole = !card.starts.wall.includes("T");
  let shown = card.starts.zone && card.starts.zone !== "UTC" ? card.starts.zone : zone;
  try {
    clockTime(start, shown);
  } catch {
    shown = zone;
  }
  if (whole) return dayAndTime(start, shown).split(",").slice(0, -1).join(",");
  const named = shown === zone ? "" : ` (${shown})`;
  if (!card.ends) return dayAndTime(start, shown) + named;
  const end = eventInstant(card.ends, zone);
  const sameDay = part(start, shown, { dateStyle: "short" }) === part(end, shown, { dateStyle: "short" });
  const until = sameDay ? clockTime(end, shown) : dayAndTime(end, shown);
  return `${dayAndTime(start, shown)} – ${until}${named}`;
}

function venueCard(venue) {
  const point = `${venue.latitude.toFixed(5)}, ${venue.longitude.toFixed(5)}`;
  return make("div", { class: "card venue", "data-venue": "" },
    make("span", { class: "card-sign card-map" }, icon("pin")),
    make("div", { class: "card-facts" },
      make("p", { class: "card-title", dir: "auto" }, venue.title || "Location"),
      venue.address ? make("p", { class: "card-note", dir: "auto" }, venue.address) : null,
      make("p", { class: "card-note" }, point),
    ));
}
