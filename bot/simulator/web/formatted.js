// Words with their formats, and links.

import { make } from "./nodes.js";
import { groupLink, startPayload } from "./words.js";

const tags = {
  bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", pre: "pre",
  blockquote: "blockquote", expandable_blockquote: "blockquote",
};

// A link that leaves the page, except one to the bot itself, which opens here.
export function anchor(address, deeds, attributes = {}) {
  const safe = /^(https?:|mailto:)/i.test(address);
  const node = make("a", { ...attributes, href: safe ? address : null });
  const toBot = address.includes("t.me/");
  const group = toBot ? groupLink(address, deeds.username) : null;
  const payload = toBot && !group ? startPayload(address, deeds.username) : null;
  if (group || payload !== null) {
    node.addEventListener("click", (event) => {
      event.preventDefault();
      if (group) deeds.addToGroup?.(group);
      else deeds.openLink?.(payload);
    });
  } else {
    node.target = "_blank";
    node.rel = "noopener noreferrer";
  }
  return node;
}

// Offsets count UTF-16 units, as the letters of a script's string do.
export function formatted(text, entities, deeds, start = 0, end = text.length) {
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
      deeds.sendText?.(text);
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
