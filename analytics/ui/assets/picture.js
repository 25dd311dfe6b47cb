// A link to #png-KEY saves the chart of panel KEY as a picture, drawn here in the browser with the
// panel's title, selection and data mark, so that nothing leaves this machine.
if (!window.transferscopePictures) {
  window.transferscopePictures = true;
  const SCALE = 2, PAD = 20, HEAD = 58, FOOT = 34;

  const load = (svg) => new Promise((done, fail) => {
    const image = new Image();
    image.onload = () => done(image);
    image.onerror = fail;
    image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(new XMLSerializer().serializeToString(svg));
  });

  const line = (pen, text, x, y, font, colour, width) => {
    pen.font = font; pen.fillStyle = colour; pen.fillText(text, x, y, width);
  };

  const save = async (key) => {
    const panel = document.querySelector(".st-key-panel-" + CSS.escape(key));
    const plot = panel && panel.querySelector(".js-plotly-plot");
    if (!plot) return;
    const box = plot.getBoundingClientRect();
    const look = getComputedStyle(document.querySelector(".stApp"));
    const words = [...panel.querySelectorAll("[data-testid=stMarkdownContainer] p")].map((p) => p.innerText.trim());
    const chips = document.querySelector(".st-key-chips");
    const title = document.querySelector(".st-key-title");
    const selection = chips ? [...chips.querySelectorAll("button p, button span")].map((e) => e.innerText)
      .map((t) => t.replace(/close$/, "").trim()).filter((t, i, all) => t && t !== "close" && all.indexOf(t) === i).join(" · ") : "";
    const canvas = document.createElement("canvas");
    const width = box.width + 2 * PAD, height = box.height + HEAD + FOOT + 2 * PAD;
    canvas.width = width * SCALE; canvas.height = height * SCALE;
    const pen = canvas.getContext("2d");
    pen.scale(SCALE, SCALE);
    pen.fillStyle = look.backgroundColor; pen.fillRect(0, 0, width, height);
    line(pen, words[0] || "", PAD, PAD + 18, "600 18px " + look.fontFamily, look.color, width - 2 * PAD);
    const subtitle = (words[1] || "").split(" · ").filter((part) => !/点击|click/.test(part)).join(" · ");
    line(pen, subtitle, PAD, PAD + 40, "13px " + look.fontFamily, look.color, width - 2 * PAD);
    for (const svg of plot.querySelectorAll("svg.main-svg")) {
      const copy = svg.cloneNode(true);
      copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
      pen.drawImage(await load(copy), PAD, PAD + HEAD, box.width, box.height);
    }
    const mark = title ? title.innerText.replace(/\n/g, " ").replace(/\b(science|verified|database)\b\s*/g, "") : "";
    line(pen, [mark, selection].filter(Boolean).join(" · "), PAD, height - PAD, "12px " + look.fontFamily, look.color, width - 2 * PAD);
    const link = document.createElement("a");
    link.download = "transferscope-" + key + ".png";
    link.href = canvas.toDataURL("image/png");
    link.click();
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest('a[href*="#png-"]');
    if (!link) return;
    event.preventDefault(); event.stopPropagation();
    save(link.getAttribute("href").split("#png-")[1]);
  }, true);
}
