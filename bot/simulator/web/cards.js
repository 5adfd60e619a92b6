// Cards within messages: files, calendar entries, places, and what a link leads to.

import { anchor } from "./formatted.js";
import { icon, make } from "./nodes.js";
import { clockTime, dayAndTime, fileSize, instantOf } from "./words.js";

export function fileCard(file) {
  return make("div", { class: "card" },
    make("span", { class: "card-sign" }, icon("file")),
    make("div", { class: "card-facts" },
      make("a", { href: file.url, target: "_blank", rel: "noopener", class: "card-title", dir: "auto" }, file.name),
      make("p", { class: "card-note" }, `${fileSize(file.size)} · `,
        make("a", { href: `${file.url}?store`, download: file.name, "aria-label": `Download ${file.name}` }, "Download")),
    ));
}

export function calendarCard(file, zone) {
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

export function venueCard(venue) {
  const point = `${venue.latitude.toFixed(5)}, ${venue.longitude.toFixed(5)}`;
  return make("div", { class: "card venue", "data-venue": "" },
    make("span", { class: "card-sign card-map" }, icon("pin")),
    make("div", { class: "card-facts" },
      make("p", { class: "card-title", dir: "auto" }, venue.title || "Location"),
      venue.address ? make("p", { class: "card-note", dir: "auto" }, venue.address) : null,
      make("p", { class: "card-note" }, point),
    ));
}

export function previewCard(preview, deeds) {
  const link = anchor(preview.url, deeds, { class: "preview", "data-preview": "", dir: "auto" });
  link.append(
    make("span", { class: "preview-host" }, preview.host),
    preview.path ? make("span", { class: "preview-path" }, decoded(preview.path)) : "");
  return link;
}

function decoded(path) {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}
