// Mesa's controller writes its play button as a symbol only: this gives it a name.
const names = { "▶": "Play", "❚❚": "Pause" };
new MutationObserver(() => {
  for (const button of document.querySelectorAll(".ov-transport button")) {
    const name = names[button.textContent.trim()];
    if (name && button.getAttribute("aria-label") !== name) button.setAttribute("aria-label", name);
  }
}).observe(document.documentElement, { childList: true, subtree: true, characterData: true });
