// Runs once, when the panel appears (Gradio passes `element`, `trigger` and `watch`).
// Every link of ours is `#<what>-…`: it becomes an event of the panel, which the server answers. When an article has
// come, its marked quote is scrolled into view.

const EVENTS = {
  cite: "click", article: "click", page: "click", home: "click", up: "like", down: "like", ask: "select",
  retry: "retry", undo: "undo", edit: "edit", reword: "edit", filter: "apply", drop: "apply",
};
const gentle = matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
const narrow = () => matchMedia("(max-width: 767px)").matches;

document.documentElement.lang = navigator.language.startsWith("en") ? "en" : "zh-CN";
document.querySelector("#question textarea")?.setAttribute("aria-describedby", "masthead");

const reveal = () => {
  const body = element.querySelector(".source");
  const panel = element.closest("#evidence");
  const mark = element.querySelector("mark");
  document.querySelectorAll("a.chip.open").forEach((chip) => chip.classList.remove("open"));
  if (!body) return;
  if (body.dataset.cite)
    document.querySelectorAll(`#chat a.chip[href="#cite-${body.dataset.cite}"]`).forEach((chip) => chip.classList.add("open"));
  if (asker) {
    body.tabIndex = -1;
    body.focus({ preventScroll: true });
  }
  if (narrow()) {
    if (!body.matches(".front")) (mark ?? body).scrollIntoView({ block: mark ? "center" : "start", behavior: gentle });
  } else {
    const away = mark ? mark.getBoundingClientRect().top - panel.getBoundingClientRect().top - panel.clientHeight / 3 : -panel.scrollTop;
    panel.scrollBy({ top: away, behavior: gentle });
  }
};

let asker = null; // the chip that the keyboard opened; Escape leads back to it

const copy = async (button) => {
  const field = Object.assign(document.createElement("textarea"), { value: button.dataset.copy });
  try {
    await navigator.clipboard.writeText(field.value); // only over https and on this machine
  } catch {
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  }
  const name = button.textContent;
  button.textContent = button.dataset.done;
  setTimeout(() => (button.textContent = name), 1500);
};

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("button.copy");
  if (button) return copy(button);
  const link = event.target.closest?.('a[href^="#"]');
  const href = link?.getAttribute("href");
  if (!href) return;
  const name = EVENTS[href.slice(1).split("-")[0]];
  if (!name && href !== "#chat") return;
  event.preventDefault();
  hint.hidden = true;
  asker = event.detail === 0 && name === "click" && !element.contains(link) ? link : null; // 0: by the keyboard
  if (href === "#chat") document.getElementById("left").scrollIntoView({ behavior: gentle });
  else if (href === `#cite-${element.querySelector(".source")?.dataset.cite}`) reveal();
  else trigger(name, { link: href });
});

// The card over a chip: its title has three lines, headline, byline, quote.
const hint = document.createElement("div");
hint.id = "hint";
hint.hidden = true;
hint.setAttribute("role", "tooltip");
document.querySelector(".gradio-container").append(hint);

const show = (event) => {
  const chip = event.target.closest?.("a.chip");
  if (!chip) return void (hint.hidden = true);
  if (chip.title) {
    chip.dataset.hint = chip.title;
    chip.setAttribute("aria-label", `${chip.textContent}: ${chip.title}`);
    chip.removeAttribute("title"); // or the browser's own hint would lie over the card
  }
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
  if (event.key === "Escape" && asker && element.contains(document.activeElement)) asker.focus();
});

watch("value", () => requestAnimationFrame(reveal));
