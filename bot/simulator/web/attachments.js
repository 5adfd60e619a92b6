// Files that wait to be sent, and a few made-up pictures for trying.

import { icon, make } from "./nodes.js";
import { fileSize } from "./words.js";

const MOST = 10;
const LARGEST_PHOTO = 10 * 1024 * 1024;
const LARGEST_TOGETHER = 50 * 1024 * 1024;
const LONGEST_SIDE = 2560;
const TAKEN_AS_THEY_ARE = ["image/jpeg", "image/png", "image/gif"];

export class Attachments {
  constructor({ say, changed }) {
    this.say = say;
    this.changed = changed;
    this.files = [];
    this.as = "media";
    this.node = make("ul", { class: "tray", "aria-label": "Files to send", hidden: true });
  }

  get size() { return this.files.length; }

  // `as` is "media", shown at once, or "document"; one message is all of one or all of the other.
  async add(files, as) {
    if (!files.length) return;
    if (this.as !== as) this.files = [];
    this.as = as;
    const ready = as === "media" ? await Promise.all(files.map(asMedia)) : files;
    const unfit = files.filter((_, place) => !ready[place]);
    if (unfit.length) this.say(`${unfit[0].name} is no picture or video that can be shown; it can go as a file.`);
    const all = [...this.files, ...ready.filter(Boolean)];
    if (all.length > MOST) this.say("Ten files go into one message at most.");
    this.files = all.slice(0, MOST);
    if (this.files.reduce((sum, file) => sum + file.size, 0) > LARGEST_TOGETHER) {
      this.say("Together these files are larger than 50 MB.");
      this.files = this.files.slice(0, -ready.length);
    }
    this.show();
  }

  clear() {
    this.files = [];
    this.show();
  }

  put(files, as) {
    this.files = files;
    this.as = as;
    this.show();
  }

  form() {
    const form = new FormData();
    form.set("as", this.as);
    for (const file of this.files) form.append("file", file, file.name);
    return form;
  }

  show() {
    this.node.hidden = !this.files.length;
    this.node.replaceChildren(...this.files.map((file, place) => make("li", { "data-file": file.name },
      thumbnail(file, this.as),
      this.as === "document" ? make("span", { class: "tray-name", dir: "auto" }, `${file.name} · ${fileSize(file.size)}`) : null,
      make("button", {
        type: "button", class: "tray-remove", "aria-label": `Remove ${file.name}`,
        onclick: () => {
          this.files = this.files.filter((_, other) => other !== place);
          this.show();
          (this.node.querySelectorAll(".tray-remove")[Math.min(place, this.size - 1)])?.focus();
        },
      }, icon("close")))));
    this.changed();
  }
}

// Pictures are drawn, not linked: an address of their own would need a wider policy of the page.
function thumbnail(file, as) {
  const isPicture = as === "media" && file.type.startsWith("image/");
  if (!isPicture) return make("span", { class: "tray-sign", title: file.name }, icon(as === "media" ? "film" : "file"));
  const canvas = make("canvas", { class: "tray-picture", width: "144", height: "144", role: "img", "aria-label": file.name });
  createImageBitmap(file).then((image) => {
    const side = Math.min(image.width, image.height);
    canvas.getContext("2d").drawImage(
      image, (image.width - side) / 2, (image.height - side) / 2, side, side, 0, 0, 144, 144);
  }).catch(() => null);
  return canvas;
}

// As a messenger does: what is too large or of another kind becomes a JPEG; null for what cannot be shown.
async function asMedia(file) {
  if (file.type.startsWith("video/")) return file;
  if (TAKEN_AS_THEY_ARE.includes(file.type) && file.size <= LARGEST_PHOTO) return file;
  if (!file.type.startsWith("image/")) return null;
  try {
    const image = await createImageBitmap(file);
    const scale = Math.min(1, LONGEST_SIDE / Math.max(image.width, image.height));
    const canvas = make("canvas", { width: Math.round(image.width * scale), height: Math.round(image.height * scale) });
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return fileOf(canvas, `${file.name.replace(/\.\w+$/, "")}.jpg`, "image/jpeg");
  } catch {
    return null;
  }
}

// At once: a browser that has much to do would put off the other way of asking a canvas for its bytes.
function fileOf(canvas, name, type) {
  const bytes = atob(canvas.toDataURL(type, 0.87).split(",")[1]);
  return new File([Uint8Array.from(bytes, (letter) => letter.charCodeAt(0))], name, { type });
}

// Three drawings that nobody takes for photographs of a real event.
export function samplePictures() {
  return [
    drawn("sample-hall.png", 960, 640, hall),
    drawn("sample-hills.png", 720, 960, hills),
    drawn("sample-notes.png", 800, 800, notes),
  ];
}

function drawn(name, width, height, draw) {
  const canvas = make("canvas", { width, height });
  const pen = canvas.getContext("2d");
  draw(pen, width, height);
  pen.font = "600 30px system-ui, sans-serif";
  const words = "Demo picture";
  const wide = pen.measureText(words).width;
  // Where it stays when a grid shows only the middle.
  const bottom = (height + Math.min(width, height)) / 2 - 40;
  const left = (width - wide) / 2;
  pen.fillStyle = "rgb(0 0 0 / 62%)";
  pen.fillRect(left - 16, bottom - 48, wide + 32, 48);
  pen.fillStyle = "#fff";
  pen.fillText(words, left, bottom - 14);
  return fileOf(canvas, name, "image/png");
}

function hall(pen, width, height) {
  pen.fillStyle = "#f1e4cf";
  pen.fillRect(0, 0, width, height);
  pen.fillStyle = "#b9805a";
  pen.fillRect(0, height * 0.62, width, height);
  pen.fillStyle = "#8fc1d4";
  for (const left of [70, 370, 670]) pen.fillRect(left, 70, 220, 210);
  for (let seat = 0; seat < 8; seat += 1) {
    const x = 90 + seat * 112;
    const y = 430 + (seat % 2) * 70;
    pen.fillStyle = ["#0b6e69", "#7a3e9d", "#a8471a", "#2a5db0"][seat % 4];
    circle(pen, x, y, 30);
    pen.fillRect(x - 42, y + 34, 84, 110);
  }
}

function hills(pen, width, height) {
  const sky = pen.createLinearGradient(0, 0, 0, height);
  sky.addColorStop(0, "#2d4a7c");
  sky.addColorStop(0.6, "#f2a65a");
  pen.fillStyle = sky;
  pen.fillRect(0, 0, width, height);
  pen.fillStyle = "#fff0c2";
  circle(pen, width * 0.68, height * 0.45, 70);
  ["#4d6a8c", "#3a5a54", "#1f3b36"].forEach((colour, place) => {
    pen.fillStyle = colour;
    pen.beginPath();
    pen.moveTo(0, height);
    for (let x = 0; x <= width; x += 8) pen.lineTo(x, height * (0.58 + place * 0.13) + Math.sin(x / (90 - place * 16) + place * 2) * 46);
    pen.lineTo(width, height);
    pen.fill();
  });
}

function notes(pen, width, height) {
  pen.fillStyle = "#e9eef0";
  pen.fillRect(0, 0, width, height);
  ["#ffd75e", "#8ad4c8", "#f49ac1", "#a9c7ff", "#ffb27a", "#c8e38a", "#8ad4c8", "#ffd75e", "#f49ac1"].forEach((colour, place) => {
    const x = 70 + (place % 3) * 235;
    const y = 60 + Math.floor(place / 3) * 225;
    pen.fillStyle = colour;
    pen.fillRect(x, y, 190, 180);
    pen.fillStyle = "rgb(20 40 40 / 55%)";
    for (let line = 0; line < 3; line += 1) pen.fillRect(x + 22, y + 40 + line * 36, 140 - line * 34 * (place % 2), 9);
  });
}

function circle(pen, x, y, radius) {
  pen.beginPath();
  pen.arc(x, y, radius, 0, Math.PI * 2);
  pen.fill();
}
