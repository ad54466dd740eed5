// The contrast of every piece of text on the page, from the colours Chromium computed: WCAG 2.2,
// relative luminance, text over the nearest grounds below it, each laid over the next.
() => {
  const painter = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    painter.clearRect(0, 0, 1, 1);
    painter.fillStyle = colour;
    painter.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = painter.getImageData(0, 0, 1, 1).data;
    return [red, green, blue, alpha / 255];
  };
  const over = (top, under) => [0, 1, 2].map((i) => top[i] * top[3] + under[i] * (1 - top[3]));
  const ground = (element) => {
    if (!element) return [255, 255, 255];
    const own = rgba(getComputedStyle(element).backgroundColor);
    return own[3] === 1 ? own.slice(0, 3) : over(own, ground(element.parentElement));
  };
  const light = (colour) => {
    const [red, green, blue] = colour.map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const ratio = (element, colour) => {
    const below = ground(element);
    const [high, low] = [light(over(rgba(colour), below)), light(below)].sort((a, b) => b - a);
    return (high + 0.05) / (low + 0.05);
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const seen = element.checkVisibility() && !element.closest(":disabled, .unseen, template");
    const words = walker.currentNode.textContent.trim();
    if (seen && words) {
      found.push({ words, ratio: ratio(element, getComputedStyle(element).color) });
    }
  }
  for (const element of document.querySelectorAll("[placeholder]")) {
    const colour = getComputedStyle(element, "::placeholder").color;
    found.push({ words: element.placeholder, ratio: ratio(element, colour) });
  }
  return found;
}
