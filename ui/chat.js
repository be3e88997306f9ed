// Runs once, when the panel appears (Gradio passes `element`, `props`, `trigger` and `watch`).
// Every link of ours is `#<what>-…`: it becomes an event of the panel, which the server answers. When an article has
// come, its marked quote is scrolled into view.

const EVENTS = {
  cite: "click", article: "click", page: "click", home: "click", up: "like", down: "like", ask: "select",
  retry: "retry", undo: "undo", edit: "edit", reword: "edit", filter: "apply", drop: "apply",
};
const gentle = matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
const narrow = () => matchMedia("(max-width: 767px)").matches;

const english = navigator.language.startsWith("en"), say = english ? props.en : props.zh;

document.documentElement.lang = english ? "en" : "zh-CN";
document.querySelector("#question textarea")?.setAttribute("aria-describedby", "masthead");

// The dates of the browse tab are picked from the browser's own calendar.
const calendars = () => {
  for (const field of document.querySelectorAll("#since input, #until input")) if (field.type !== "date") field.type = "date";
};

// Why an answer is of no use is asked below it. The form is one node: what is typed survives that messages are redrawn.
const why = Object.assign(document.createElement("form"), { id: "why" });
why.append(
  Object.assign(document.createElement("input"), { placeholder: say.why, ariaLabel: say.why, maxLength: 1000 }),
  Object.assign(document.createElement("button"), { textContent: say.tell }),
);
let complaint = ""; // the link of the 👎 whose reason is asked
const ask = () => {
  const acts = complaint && document.querySelector(`#talk a.given[href="${complaint}"]`)?.closest(".acts");
  if (!acts) why.remove();
  else if (acts.nextSibling !== why) acts.after(why);
};
why.addEventListener("submit", (event) => {
  event.preventDefault();
  trigger("submit", { link: complaint, reason: why.firstChild.value });
  complaint = why.firstChild.value = "";
  ask();
});

const isOpen = (href) => href === `#cite-${element.querySelector(".source")?.dataset.cite}`;

// Gradio names a message by its markup, in English: whose it is will do, for its text is read anyway.
const NAMES = { "[role=log]": say.talk, "[data-testid=user]": say.question, "[data-testid=bot]": say.reply };
const dress = () => {
  for (const [which, ariaLabel] of Object.entries(NAMES))
    for (const node of document.querySelectorAll(`#talk ${which}`))
      if (node.ariaLabel !== ariaLabel) Object.assign(node, { ariaLabel, role: node.role ?? "group" });
  ask();
  calendars();
  for (const chip of document.querySelectorAll("#chat a.chip")) chip.classList.toggle("open", isOpen(chip.getAttribute("href")));
};
const changes = { subtree: true, childList: true, attributeFilter: ["aria-label"] };
new MutationObserver(dress).observe(document.getElementById("desk"), changes);
dress();

const reveal = () => {
  const body = element.querySelector(".source");
  const panel = element.closest("#evidence");
  const mark = element.querySelector("mark");
  dress();
  hint.hidden = true;
  if (!body) return;
  const asked = opened; // whether the reader opened it; what comes with an answer leaves a reader where they are
  opened = false;
  if (body.dataset.cite) article = `#cite-${body.dataset.cite}`;
  if (asked && goal) {
    body.tabIndex = -1;
    (element.querySelector(goal) ?? body).focus({ preventScroll: true });
  }
  if (narrow()) {
    if (asked && (!body.matches(".front") || goal)) {
      const { top } = body.getBoundingClientRect(); // with the bar in view; further down only where the mark is far
      const away = mark ? Math.max(0, mark.getBoundingClientRect().bottom - top - innerHeight * 0.6) : 0;
      scrollBy({ top: top + away, behavior: gentle });
    }
  } else {
    const away = mark ? mark.getBoundingClientRect().top - panel.getBoundingClientRect().top - panel.clientHeight / 3 : -panel.scrollTop;
    panel.scrollBy({ top: away, behavior: gentle });
  }
};

let asker = null; // the link outside of the panel that opened it; Escape leads back to it
let article = ""; // what the panel shows, or showed before a whole page came: the way back from there
let opened = location.search.includes("article="); // whether the reader asked for what the panel is about to show
let goal = ""; // what of the panel the keyboard is to be at once it has come; "" where it stays
const WHOLE = 'a[href^="#page-"]';

const open = (link, href, keyboard) => {
  const inside = element.contains(link);
  opened = true;
  if (!inside) asker = link;
  const back = Boolean(link.closest(".page") && href.startsWith("#article-"));
  goal = back ? WHOLE : inside || keyboard ? ".source" : "";
  if (back && article) href = article;
  else if (!href.startsWith("#page-")) article = href;
  if (isOpen(href)) reveal();
  else trigger("click", { link: href });
};
// Evidence belongs to the answer on screen: beside 浏览 and 历史 the archive takes its place until the reader is back.
let evidence = "";
const turned = (tab) => {
  const shown = element.querySelector(".source").dataset.cite;
  if (tab !== "chat-button" && shown) {
    evidence = `#cite-${shown}`;
    trigger("click", { link: "#home" });
  } else if (tab === "chat-button" && evidence) {
    if (element.querySelector(".front")) trigger("click", { link: evidence });
    evidence = "";
  }
};
const leave = () => {
  const back = element.querySelector('.page a[href^="#article-"]');
  if (back) return back.click();
  if (asker?.isConnected) asker.focus();
  else if (asker) document.querySelector(`#left a[href="${asker.getAttribute("href")}"]`)?.focus();
};

const copy = async (button, value, done) => {
  const field = Object.assign(document.createElement("textarea"), { value });
  try {
    await navigator.clipboard.writeText(field.value); // only over https and on this machine
  } catch {
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  }
  const name = button.textContent;
  button.textContent = done;
  setTimeout(() => (button.textContent = name), 1500);
};

// An answer as text: its lines with [1] where a chip is, then each citation by what its chip says of it.
const textOf = (message) => {
  const said = message.querySelector(".answer, .refusal").cloneNode(true), notes = new Map();
  for (const chip of said.querySelectorAll("a.chip")) {
    const [title, place, quote] = (chip.title || chip.dataset.hint).split("\n");
    notes.set(chip.textContent, `[${chip.textContent}] 《${title}》 ${place} “${quote}”`);
    chip.textContent = `[${chip.textContent}]`;
  }
  const lines = [...said.querySelectorAll(":scope > p:not(.label, .understood)")].map((line) => line.textContent);
  return [...lines, "", ...notes.values()].join("\n");
};

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("button.copy");
  if (button) return copy(button, button.dataset.copy, button.dataset.done);
  const tab = event.target.closest?.("#tabs > .tab-wrapper [role=tab]");
  if (tab) return turned(tab.id);
  const link = event.target.closest?.('a[href^="#"]');
  const href = link?.getAttribute("href");
  if (!href) return;
  const name = EVENTS[href.slice(1).split("-")[0]];
  if (!name && href !== "#chat" && !href.startsWith("#copy-")) return;
  event.preventDefault();
  hint.hidden = true;
  if (href.startsWith("#copy-")) copy(link, textOf(link.closest(".message")), say.copied);
  else if (href === "#chat") document.getElementById("left").scrollIntoView({ behavior: gentle });
  else if (name === "like") (complaint = href.startsWith("#down") ? href : ""), trigger(name, { link: href });
  else if (name === "click") open(link, href, event.detail === 0); // 0: by the keyboard
  else trigger(name, { link: href });
});

// The card over a chip whose article is not open: its title has three lines, headline, byline, quote.
const hint = document.createElement("div");
hint.id = "hint";
hint.hidden = true;
hint.setAttribute("role", "tooltip");
document.querySelector(".gradio-container").append(hint);

const show = (event) => {
  const chip = event.target.closest?.("a.chip");
  if (chip?.title) {
    chip.dataset.hint = chip.title;
    chip.setAttribute("aria-label", `${chip.textContent}: ${chip.title}`);
    chip.removeAttribute("title"); // or the browser's own hint would lie over the card
  }
  if (!chip || isOpen(chip.getAttribute("href"))) return void (hint.hidden = true); // what is open needs no card
  const lines = (chip.dataset.hint ?? "").split("\n");
  hint.replaceChildren(...["b", "small", "q"].map((tag, at) => Object.assign(document.createElement(tag), { textContent: lines[at] ?? "" })));
  hint.hidden = false;
  const box = chip.getBoundingClientRect();
  const left = Math.max(8, Math.min(box.left - 20, innerWidth - hint.offsetWidth - 8));
  const above = box.top - hint.offsetHeight - 8;
  Object.assign(hint.style, { left: `${left}px`, top: `${above > 8 ? above : box.bottom + 8}px` });
};
document.addEventListener("mouseover", show);
document.addEventListener("focusin", show);
document.addEventListener("scroll", () => (hint.hidden = true), true);
document.addEventListener("keydown", (event) => {
  hint.hidden = true;
  if (event.key === "Escape" && element.contains(document.activeElement)) leave();
});

watch("value", () => requestAnimationFrame(reveal));
