"use strict";
// Draws the figures of each view as its selectors say.
(function () {
  const data = JSON.parse(document.getElementById("data-json").textContent);
  const NARROW = 560;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  let printing = false;

  // Ink, grounds and lines of the figures, and what they are on a dark page. Colours that mean something stay.
  const IN_THE_DARK = {
    "#1a1a1a": "#eef1f4", "#1f2933": "#e4e7eb", "#59636e": "#a3b1bf", "#9aa5b1": "#7b8794", "#e4e7eb": "#323f4b",
    "#d7d7d7": "#3a4552", "white": "#1b222b", "#1a237e": "#c5caf9",
  };

  // A darker shade, which theory has on its series, becomes a lighter one.
  function lighter(shade) {
    const parts = shade.match(/\d+/g).map((part) => part / 0.55);
    return `rgb(${parts.map((part) => Math.round(part + (255 - part) * 0.6)).join(",")})`;
  }

  function darkened(value) {
    if (typeof value === "string") return IN_THE_DARK[value] || (/^rgb\(/.test(value) ? lighter(value) : value);
    if (Array.isArray(value)) return value.map(darkened);
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, darkened(inner)]));
  }

  // What lies on a map keeps its ink: the map's colours are light on any page.
  function coloured(figure) {
    if (printing || !dark.matches) return figure;
    const map = figure.data.some((trace) => trace.type === "heatmap");
    const kept = map ? { plot_bgcolor: "#3a4552", shapes: figure.layout.shapes } : {};
    const data = structuredClone(figure.data);
    data.filter((trace) => trace.colorbar).forEach((trace) => { trace.colorbar = darkened(trace.colorbar); });
    return { data: map ? data : darkened(data), layout: { ...darkened(figure.layout), ...kept } };
  }

  // On a narrow screen the legend goes below the figure, one name a line, and the figure grows by it.
  function layoutOf(figure, width) {
    const layout = structuredClone(figure.layout);
    layout.autosize = true;
    // Maps have their legend there already.
    if (width < NARROW && !layout.legend) {
      const names = figure.data.filter((trace) => trace.showlegend !== false && trace.name).map((trace) => trace.name);
      const lines = names.concat((layout.shapes || []).map((shape) => shape.name || "")).join("<br>").split("<br>").length;
      const room = names.length ? 30 + 22 * lines : 0;
      const plot = layout.height - layout.margin.t - layout.margin.b;
      layout.legend = { orientation: "v", x: -0.25, y: -72 / plot, yanchor: "top" };
      layout.margin.b += room;
      layout.height += room;
    }
    return layout;
  }

  function config(title) {
    return {
      displaylogo: false,
      displayModeBar: true,
      modeBarButtons: [["toImage"]],
      responsive: true,
      toImageButtonOptions: { format: "png", scale: 2, filename: [data.name, title].filter(Boolean).join("_") },
    };
  }

  function panelElement(panel) {
    const element = document.createElement("figure");
    if (panel.title) {
      const caption = document.createElement("figcaption");
      caption.textContent = panel.title;
      element.appendChild(caption);
    }
    const plot = document.createElement("div");
    plot.setAttribute("role", "img");
    plot.setAttribute("aria-label", panel.alt);
    element.appendChild(plot);
    return element;
  }

  function draw(view) {
    const choice = Array.from(view.querySelectorAll("select"), (select) => select.value).join("-");
    const panels = data.views[view.dataset.view][choice];
    const holder = view.querySelector(".panels");
    holder.querySelectorAll("[role=img]").forEach((plot) => Plotly.purge(plot));
    // All in place before the first is drawn, or it would take the width of the whole row.
    const elements = panels.map(panelElement);
    holder.replaceChildren(...elements);
    holder.classList.toggle("several", panels.length > 1);
    panels.forEach(function (panel, index) {
      const plot = elements[index].querySelector("[role=img]");
      // Plotly keeps what it is given: a copy lets a choice be drawn again.
      const figure = structuredClone(coloured(panel.figure));
      Plotly.newPlot(plot, figure.data, layoutOf(figure, plot.clientWidth), config(panel.title));
    });
  }

  // Paper cannot be unfolded.
  const folded = [];
  window.addEventListener("beforeprint", function () {
    folded.push(...document.querySelectorAll("details:not([open])"));
    folded.forEach((details) => { details.open = true; });
  });
  window.addEventListener("afterprint", function () {
    folded.splice(0).forEach((details) => { details.open = false; });
  });

  const views = document.querySelectorAll(".view");
  const redraw = () => views.forEach(draw);
  views.forEach((view) => view.addEventListener("change", () => draw(view)));
  dark.addEventListener("change", redraw);
  // Paper is white.
  window.addEventListener("beforeprint", () => { printing = true; if (dark.matches) redraw(); });
  window.addEventListener("afterprint", () => { printing = false; if (dark.matches) redraw(); });
  redraw();
})();
