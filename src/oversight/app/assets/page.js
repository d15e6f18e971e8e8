// Mesa's controller writes its play button as a symbol only, and Solara its theme's: this gives them names.
const names = { "▶": "Play", "❚❚": "Pause" };
new MutationObserver(() => {
  for (const button of document.querySelectorAll(".ov-transport button")) {
    const name = names[button.textContent.trim()];
    if (name && button.getAttribute("aria-label") !== name) button.setAttribute("aria-label", name);
  }
  for (const button of document.querySelectorAll(".ov-theme button:not([aria-label])")) {
    button.setAttribute("aria-label", "Light, dark, or as the system has it");
  }
}).observe(document.documentElement, { childList: true, subtree: true, characterData: true });
