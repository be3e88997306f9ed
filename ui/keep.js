// Runs once, when the page opens (Gradio passes `props`, `trigger` and `watch`): conversations are kept in this browser
// alone, newest first, [{id, at, turns}, …]. The server says by the value what to keep: {turns} of the one that is open,
// {turns: [], fresh: true} where a new one begins, {id} of one just opened. ui/talks.js shows the list.

const PLACE = "wenbao-talks", NOW = "wenbao-now", MOST = 30;

const read = () => {
  try {
    return JSON.parse(localStorage.getItem(PLACE) ?? "[]").filter((talk) => talk?.id && talk.turns?.[0]?.question);
  } catch {
    return []; // kept in another shape, or a browser that keeps nothing
  }
};
const write = (talks) => {
  for (let count = Math.min(talks.length, MOST); count >= 0; count--)
    try {
      return localStorage.setItem(PLACE, JSON.stringify(talks.slice(0, count)));
    } catch {} // no room: without the oldest
};

// Which one is open is each window's own affair; a new window goes on with the last one.
let now = "";
const open = (id) => {
  now = id;
  try {
    sessionStorage.setItem(NOW, id);
    localStorage.setItem(NOW, id);
  } catch {}
};
const last = () => {
  try {
    return sessionStorage.getItem(NOW) ?? localStorage.getItem(NOW);
  } catch {}
};

const keep = (turns) => {
  const talks = read(), others = talks.filter((talk) => talk.id !== now);
  if (!turns.length) return write(others), open(""); // its only question was taken back
  if (JSON.stringify(talks.find((talk) => talk.id === now)?.turns) === JSON.stringify(turns)) return;
  if (!now) open(Date.now().toString(36) + Math.random().toString(36).slice(2));
  write([{ id: now, at: Date.now(), turns }, ...others]);
};
const heard = ({ id, turns, fresh }) => {
  if (id || fresh) open(id ?? "");
  else keep(turns);
  dispatchEvent(new Event("talks"));
};

globalThis.talks = { read, write, now: () => now };
watch("value", () => props.value && heard(props.value));
const before = read().find((talk) => talk.id === last());
if (before) trigger("select", { ...before, restored: true });
