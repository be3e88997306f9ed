// Runs once with the page: what Gradio says of itself in a corner (a lost connection, a file that it does not take) is
// English alone; a Chinese reader gets it in Chinese. What our own server says is in the reader's language already.
{
  const SAID = [
    [/^(Error|Connection Lost)$/, "没有成功"],
    [/^Warning$/, "请注意"],
    [/^Connection (to the server was lost|errored out)[^]*$/, "连不上服务器；正在重新连接，连上后会自动刷新。"],
    [/^Invalid file types?: ([^]*)\. Only ([^]*) allowed\.$/, "不收这种文件：$1；可收 $2"],
    [/^File\(s\) exceed the maximum allowed size of ([\d.]+) Mb: ([^]*)$/, "太大，最大 $1 MB：$2"],
  ];
  const translate = () => {
    for (const node of document.querySelectorAll(".toast-title, .toast-message-text"))
      for (const [english, chinese] of SAID)
        if (english.test(node.textContent.trim())) node.textContent = node.textContent.trim().replace(english, chinese);
  };
  if (!navigator.language.startsWith("en"))
    new MutationObserver(translate).observe(document.body, { subtree: true, childList: true });
}
