// Runs once, when the list of kept conversations appears (Gradio passes `element`, `props` and `trigger`). What is kept,
// and how, is ui/keep.js's affair; questions are put into the page as text, never as markup.

const say = navigator.language.startsWith("en") ? props.en : props.zh;
const language = document.documentElement.lang;

const make = (tag, more, ...inside) => {
  const node = Object.assign(document.createElement(tag), more);
  node.append(...inside);
  return node;
};
const forget = (name, id, of) => {
  const button = make("button", { className: "forget", type: "button", textContent: name, ariaLabel: `${name} ${of}` });
  button.dataset.id = id;
  return button;
};
const row = ({ id, at, turns }) => {
  const title = String(turns[0].question).slice(0, 80), open = id === talks.now();
  const link = make("a", { className: "headline", href: `#talk-${id}`, textContent: title });
  if (open) link.setAttribute("aria-current", "true");
  const when = new Date(at).toLocaleString(language, { dateStyle: "medium", timeStyle: "short" });
  const facts = [when, say.turns.replace("{count}", turns.length), ...(open ? [say.open_now] : [])].join(" · ");
  return make("li", {}, make("div", {}, link, make("small", { textContent: facts })), forget(say.delete, id, title));
};
const draw = () => {
  const kept = talks.read();
  const foot = make("p", { className: "faint" }, kept.length ? say.talks_kept : say.no_talks);
  if (kept.length > 1) foot.append(forget(say.delete_all, "", ""));
  element.replaceChildren(make("div", { className: "talks" }, make("ol", {}, ...kept.map(row)), foot));
};

element.addEventListener("click", (event) => {
  const link = event.target.closest("a"), button = event.target.closest("button.forget");
  if (link) {
    event.preventDefault();
    const talk = talks.read().find((one) => link.hash === `#talk-${one.id}`);
    if (talk) trigger("select", { ...talk, restored: false });
  } else if (button?.dataset.sure) {
    const { id } = button.dataset;
    talks.write(id ? talks.read().filter((talk) => talk.id !== id) : []);
    if (!id || id === talks.now()) trigger("clear", {});
    draw();
  } else if (button) Object.assign(button, { textContent: say.sure, ariaLabel: say.sure }).dataset.sure = "yes";
});

addEventListener("talks", draw);
addEventListener("storage", draw); // another window has kept something
draw();
