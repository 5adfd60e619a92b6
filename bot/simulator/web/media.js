// Photos and videos: alone, as an album in one grid, and large.

import { icon, make } from "./nodes.js";
import { duration } from "./words.js";

const WIDEST = 420;
const HIGHEST = 360;
const NARROWEST = 190;
// How many stand side by side, row by row, for each number of items.
const ROWS = [
  [], [1], [2], [1, 2], [2, 2], [2, 3], [3, 3], [2, 2, 3], [2, 3, 3], [3, 3, 3], [2, 2, 3, 3],
];
const uncovered = new Set();

// The node, and the width the bubble around it takes.
export function gallery(messages) {
  if (messages.length === 1) return alone(messages[0]);
  const grid = make("div", { class: "album", "data-items": messages.length });
  const all = messages.map(facts);
  let next = 0;
  for (const number of ROWS[messages.length] ?? []) {
    for (let place = 0; place < number; place += 1, next += 1) {
      const tile = figure(messages[next], all, next);
      tile.style.gridColumn = `span ${6 / number}`;
      tile.style.aspectRatio = { 1: "8 / 5", 2: "1", 3: "1" }[number];
      grid.append(tile);
    }
  }
  return { node: grid, width: WIDEST };
}

function alone(message) {
  const { width, height } = message.photo ?? message.video;
  const shape = Math.min(Math.max(width / height || 1, 0.5), 2.4);
  const tile = figure(message, [facts(message)], 0);
  tile.style.aspectRatio = String(shape);
  return { node: tile, width: Math.round(Math.max(NARROWEST, Math.min(WIDEST, HIGHEST * shape))) };
}

function facts(message) {
  return { ...(message.photo ?? message.video), isVideo: Boolean(message.video), caption: message.text };
}

function figure(message, all, place) {
  const tile = make("figure", { class: "media", "data-item-id": message.id, "data-kind": message.video ? "video" : "photo" });
  const file = all[place];
  tile.append(file.isVideo ? film(file, all.length === 1) : picture(file, all, place));
  if (file.isVideo && all.length > 1) tile.append(opener(file, all, place, "Play"));
  if (message.spoiler && !uncovered.has(file.url)) tile.append(cover(tile, file));
  return tile;
}

function picture(file, all, place) {
  const image = make("img", {
    src: file.url, alt: "", width: file.width, height: file.height, loading: "lazy", decoding: "async", draggable: "false",
  });
  const open = opener(file, all, place, "Open");
  open.append(image);
  image.addEventListener("error", () => image.replaceWith(cannot("This picture cannot be shown here", file)));
  return open;
}

function opener(file, all, place, verb) {
  const what = file.isVideo ? "video" : "photo";
  return make("button", {
    type: "button", class: "media-open", "aria-label": `${verb} ${what} ${file.name}`, "data-focus": `media-${place}`,
    onclick: () => enlarge(all, place),
  });
}

// The first picture of the film is its poster; the browser knows how long it is better than its sender.
function film(file, controls) {
  const video = make("video", {
    src: file.url, preload: "metadata", playsinline: true, controls, "aria-label": `Video ${file.name}`,
    tabindex: controls ? null : "-1",
  });
  const length = make("span", { class: "media-length" }, icon("play"), make("span", {}, duration(file.duration)));
  video.addEventListener("loadedmetadata", () => {
    if (Number.isFinite(video.duration)) length.lastChild.textContent = duration(video.duration);
  });
  video.addEventListener("play", () => { length.hidden = true; });
  const box = make("div", { class: "film" }, video, length);
  video.addEventListener("error", () => video.replaceWith(cannot("This video cannot be played here", file)));
  return box;
}

function cannot(why, file) {
  return make("span", { class: "media-none" }, icon("film"), make("span", {}, why),
    make("span", { class: "media-name", dir: "auto" }, file.name));
}

function cover(tile, file) {
  const node = make("button", { type: "button", class: "media-cover", "aria-label": `Show hidden ${file.isVideo ? "video" : "photo"}` },
    make("span", {}, "Hidden"));
  tile.classList.add("covered");
  tile.querySelector(".media-open, video")?.setAttribute("inert", "");
  node.addEventListener("click", () => {
    uncovered.add(file.url);
    tile.classList.remove("covered");
    const open = tile.querySelector("[inert]");
    open?.removeAttribute("inert");
    node.remove();
    open?.focus();
  });
  return node;
}

// One large, the others of its album before and after it.
function enlarge(all, first) {
  let place = first;
  const title = make("p", { class: "viewer-title", id: "viewer-title", dir: "auto" });
  const stage = make("div", { class: "viewer-stage" });
  const words = make("p", { class: "viewer-words", dir: "auto" });
  const open = make("a", { class: "viewer-link", target: "_blank", rel: "noopener" }, "Open the file");
  const before = make("button", { type: "button", class: "quiet", onclick: () => show(place - 1) }, "Previous");
  const after = make("button", { type: "button", class: "quiet", onclick: () => show(place + 1) }, "Next");
  const dialog = make("dialog", { class: "viewer", "aria-labelledby": "viewer-title" }, title, stage, words,
    make("div", { class: "dialog-buttons" }, open, before, after,
      make("button", { type: "button", onclick: () => dialog.close() }, "Close")));
  function show(next) {
    place = (next + all.length) % all.length;
    const file = all[place];
    title.textContent = all.length > 1 ? `${file.name} (${place + 1} of ${all.length})` : file.name;
    words.textContent = file.caption;
    words.hidden = !file.caption;
    open.href = file.url;
    stage.replaceChildren(file.isVideo
      ? film(file, true)
      : make("img", { src: file.url, alt: file.caption || file.name, width: file.width, height: file.height }));
  }
  before.hidden = after.hidden = all.length === 1;
  dialog.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step && all.length > 1 && !event.target.closest("video")) show(place + step);
  });
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  show(place);
  dialog.showModal();
}
