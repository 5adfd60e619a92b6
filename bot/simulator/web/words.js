// Times, sizes and names as people read them.

const languages = new Intl.DisplayNames(["en"], { type: "language" });

export const browserZone = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";

function format(instant, zone, options) {
  return new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...options }).format(instant);
}

export function clockTime(instant, zone) {
  return format(instant, zone, { hour: "2-digit", minute: "2-digit" });
}

export function day(instant, zone) {
  return format(instant, zone, { weekday: "long", day: "numeric", month: "long", year: "numeric" });
}

export function dayAndTime(instant, zone) {
  const date = format(instant, zone, { weekday: "short", day: "numeric", month: "short", year: "numeric" });
  return `${date}, ${clockTime(instant, zone)}`;
}

// What a datetime-local field holds: the wall time in a zone.
export function wallTime(instant, zone) {
  const parts = Object.fromEntries(
    new Intl.DateTimeFormat("en-GB", {
      timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit",
      hour: "2-digit", minute: "2-digit", hourCycle: "h23",
    }).formatToParts(instant).map((part) => [part.type, part.value]),
  );
  return `${parts.year}-${parts.month}-${parts.day}T${parts.hour}:${parts.minute}`;
}

// The way back. A zone's distance to UTC depends on the instant, so the guess is corrected twice.
export function instantOf(wall, zone) {
  const wanted = Date.parse(`${wall}Z`);
  let guess = wanted;
  for (let round = 0; round < 2; round += 1) {
    guess += wanted - Date.parse(`${wallTime(new Date(guess), zone)}Z`);
  }
  return new Date(guess);
}

export function languageName(code) {
  if (!code) return "language not told";
  try {
    return languages.of(code) || code;
  } catch {
    return code;
  }
}

export function fileSize(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(1)} kB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

export function count(number, one, many) {
  if (!number) return `No ${many}`;
  return `${number} ${number === 1 ? one : many}`;
}

// From a whole link or only what follows "start="; null when it leads elsewhere.
export function startPayload(link, username) {
  const text = link.trim();
  if (/^[A-Za-z0-9_-]{0,64}$/.test(text)) return text;
  try {
    const url = new URL(text.includes("://") ? text : `https://${text}`);
    const there = url.hostname === "t.me" || url.hostname === "telegram.me";
    if (!there || url.pathname.slice(1).toLowerCase() !== username.toLowerCase()) return null;
    const payload = url.searchParams.get("start") ?? "";
    return /^[A-Za-z0-9_-]{0,64}$/.test(payload) ? payload : null;
  } catch {
    return null;
  }
}

// What follows "startgroup=" in a link to the bot, and whether it is to be an administrator there; null without it.
export function groupLink(link, username) {
  try {
    const text = link.trim();
    const url = new URL(text.includes("://") ? text : `https://${text}`);
    const there = url.hostname === "t.me" || url.hostname === "telegram.me";
    if (!there || url.pathname.slice(1).toLowerCase() !== username.toLowerCase()) return null;
    const payload = url.searchParams.get("startgroup");
    if (payload === null || !/^[A-Za-z0-9_-]{0,64}$/.test(payload)) return null;
    return { payload, asAdmin: url.searchParams.has("admin") };
  } catch {
    return null;
  }
}

// The length of a film: 0:07, 12:30, 1:02:03.
export function duration(seconds) {
  const whole = Math.round(seconds);
  const parts = [Math.floor(whole / 60) % 60, whole % 60];
  if (whole >= 3600) parts.unshift(Math.floor(whole / 3600));
  return parts.map((part, place) => (place ? String(part).padStart(2, "0") : String(part))).join(":");
}

// The simulator's reasons begin small and have no end, as they are parts of its answers.
export function sentence(reason) {
  const text = reason.charAt(0).toUpperCase() + reason.slice(1);
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}
