// The clock bar: business time, and moving it.

import { post, setBusy } from "./server.js";
import { browserZone, count, dayAndTime, instantOf, wallTime } from "./words.js";

const bar = document.getElementById("clock");
const time = document.getElementById("clock-time");
const controls = document.getElementById("clock-controls");
const status = document.getElementById("clock-status");
const progress = document.getElementById("clock-progress");
const form = document.getElementById("clock-form");
const instant = document.getElementById("clock-instant");
const more = document.getElementById("clock-more");

let zone = browserZone;
let now = null;
let moving = false;
let asked = false;

// People of one pilot mostly share a zone; where they do not, the browser's is the neutral one.
export function setClockZone(people) {
  const zones = new Set(people.map((person) => person.zone).filter(Boolean));
  zone = zones.size === 1 ? [...zones][0] : browserZone;
  show();
}

export function clockZone() {
  return zone;
}

export function showClock(clock) {
  bar.hidden = !clock;
  if (!clock) return;
  now = new Date(clock.now);
  moving = clock.moving;
  show();
}

function show() {
  if (!now) return;
  time.dateTime = now.toISOString();
  time.textContent = dayAndTime(now, zone);
  time.title = zone;
  instant.min = wallTime(now, zone);
  if (!instant.value || instant.value < instant.min) instant.value = instant.min;
  const underWay = moving || asked;
  controls.disabled = underWay;
  progress.hidden = !underWay;
  bar.toggleAttribute("data-moving", underWay);
  setBusy({ moving: underWay });
}

async function move(to) {
  const focused = document.activeElement;
  asked = true;
  status.textContent = "The clock is moving …";
  show();
  try {
    const answer = await post("/chat/clock", { to });
    asked = false;
    showClock(answer);
    const news = answer.moved
      ? count(answer.arrived, "new message", "new messages")
      : "Nothing is planned";
    // Seen beside the time, and heard with it.
    const heard = document.createElement("span");
    heard.className = "hidden";
    heard.textContent = `, it is ${dayAndTime(now, zone)}`;
    status.replaceChildren(news, heard);
  } catch (error) {
    asked = false;
    show();
    status.textContent = `Not moved: ${error.message}`;
  }
  if (controls.contains(focused)) focused.focus();
}

controls.addEventListener("click", (event) => {
  const to = event.target.closest("[data-to]")?.dataset.to;
  if (to) move(to);
});

form.addEventListener("submit", (event) => {
  event.preventDefault();
  move(instantOf(instant.value, zone).toISOString());
});

more.addEventListener("click", () => {
  const open = more.getAttribute("aria-expanded") !== "true";
  more.setAttribute("aria-expanded", String(open));
  bar.toggleAttribute("data-open", open);
  if (open) instant.focus();
});
