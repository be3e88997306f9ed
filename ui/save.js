// Saves {name, text}, which the server made, as a file of the reader's.
(file) => {
  if (!file?.text) return;
  const kind = file.name.endsWith(".html") ? "text/html" : "text/markdown";
  const url = URL.createObjectURL(new Blob([file.text], { type: `${kind};charset=utf-8` }));
  const link = Object.assign(document.createElement("a"), { href: url, download: file.name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
