// Talking to the simulator, and knowing whether anything is still under way.

const busy = { connected: false, requests: 0, updates: 0, presses: 0, moving: false };

function tellIdle() {
  const idle =
    busy.connected && !busy.requests && !busy.updates && !busy.presses && !busy.moving;
  document.body.dataset.idle = String(idle);
}

export function setBusy(facts) {
  Object.assign(busy, facts);
  tellIdle();
}

// The answer, or an Error whose message may be shown.
export function post(path, body) {
  return send(path, { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
}

export function postForm(path, form) {
  return send(path, { body: form });
}

async function send(path, request) {
  setBusy({ requests: busy.requests + 1 });
  try {
    const response = await fetch(path, { method: "POST", ...request });
    const text = await response.text();
    if (!response.ok) throw new Error(text || `The simulator answered ${response.status}.`);
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof TypeError) throw new Error("The simulator does not answer.");
    throw error;
  } finally {
    setBusy({ requests: busy.requests - 1 });
  }
}

// The browser reconnects by itself; each connection begins with the whole state.
export function follow(onEvent, onLine) {
  const source = new EventSource("/chat/events");
  source.onmessage = (message) => onEvent(JSON.parse(message.data));
  source.onopen = () => onLine(true);
  source.onerror = () => {
    setBusy({ connected: false });
    onLine(false);
  };
}
