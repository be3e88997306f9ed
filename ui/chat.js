// Runs once, when the source panel appears (Gradio passes `element`, `trigger` and `watch`).
// A tap on a chip asks the server for the article; when it has come, the marked quote is scrolled into view.

const gentle = matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
const narrow = () => matchMedia("(max-width: 767px)").matches;

const reveal = () => {
  const mark = element.querySelector("mark");
  const body = element.querySelector(".source");
  if (!mark || !body) return;
  document.querySelectorAll("a.chip.open").forEach((chip) => chip.classList.remove("open"));
  document.querySelectorAll(`#chat a.chip[href="#cite-${body.dataset.cite}"]`).forEach((chip) => chip.classList.add("open"));
  if (narrow()) {
    mark.scrollIntoView({ block: "center", behavior: gentle });
  } else {
    const panel = element.closest("#evidence");
    const middle = mark.getBoundingClientRect().top - panel.getBoundingClientRect().top - panel.clientHeight / 3;
    panel.scrollBy({ top: middle, behavior: gentle });
  }
};

document.addEventListener("click", (event) => {
  const link = event.target.closest?.('a[href^="#cite-"], a[href="#chat"]');
  if (!link) return;
  event.preventDefault();
  const href = link.getAttribute("href");
  if (href === "#chat") document.getElementById("chat").scrollIntoView({ behavior: gentle });
  else if (href === `#cite-${element.querySelector(".source")?.dataset.cite}`) reveal();
  else trigger("click", { link: href });
});

watch("value", () => requestAnimationFrame(reveal));
