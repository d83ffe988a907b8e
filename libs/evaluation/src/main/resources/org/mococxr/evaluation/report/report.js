// Adds "SVG" and "PNG" to every chart: the figure as it stands, with its colours written into it.
(() => {
  "use strict";
  const properties = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "stroke-linejoin",
    "stroke-linecap", "font-family", "font-size", "font-weight", "text-anchor"];

  const standalone = (svg) => {
    const copy = svg.cloneNode(true);
    const from = [svg, ...svg.querySelectorAll("*")];
    const to = [copy, ...copy.querySelectorAll("*")];
    from.forEach((element, i) => {
      const style = getComputedStyle(element);
      to[i].removeAttribute("class");
      properties.forEach((name) => to[i].setAttribute(name, style.getPropertyValue(name)));
    });
    return new XMLSerializer().serializeToString(copy);
  };

  const download = (href, name) => {
    const link = document.createElement("a");
    link.href = href;
    link.download = name;
    link.click();
  };

  const asUri = (svg) => "data:image/svg+xml;charset=utf-8," + encodeURIComponent(standalone(svg));

  const savePng = (svg) => {
    const picture = new Image();
    const { width, height } = svg.viewBox.baseVal;
    picture.onload = () => {
      const canvas = document.createElement("canvas");
      canvas.width = 2 * width;
      canvas.height = 2 * height;
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      download(canvas.toDataURL("image/png"), svg.id + ".png");
    };
    picture.src = asUri(svg);
  };

  document.querySelectorAll("figure > .scroll > svg.chart").forEach((svg) => {
    const bar = document.createElement("span");
    bar.className = "save";
    [["SVG", () => download(asUri(svg), svg.id + ".svg")], ["PNG", () => savePng(svg)]].forEach(([name, act]) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = name;
      button.setAttribute("aria-label", "Save this figure as " + name);
      button.addEventListener("click", act);
      bar.append(button);
    });
    svg.closest("figure").querySelector("figcaption").append(bar);
  });
})();
