import type { Page } from 'playwright-core';

/** Runs in the browser: every visible text with less contrast to its ground than WCAG AA wants. */
const SCRIPT = `(() => {
  const channels = (colour) => {
    const [r, g, b, a = 1] = colour.match(/[\\d.]+/g).map(Number);
    return { r, g, b, a };
  };
  const linear = (value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
  const luminance = ({ r, g, b }) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const ground = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const colour = channels(getComputedStyle(at).backgroundColor);
      if (colour.a > 0) return colour;
    }
    return { r: 255, g: 255, b: 255, a: 1 };
  };
  const weak = [];
  let texts = 0;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || !node.checkVisibility() || node.closest('noscript')) continue;
    texts++;
    const style = getComputedStyle(node);
    const size = Number.parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const [a, b] = [luminance(channels(style.color)), luminance(ground(node))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < (large ? 3 : 4.5))
      weak.push(ratio.toFixed(2) + ' ' + style.color + ': ' + walker.currentNode.textContent.trim().slice(0, 40));
  }
  return { weak, texts };
})()`;

export interface Contrast {
  readonly weak: readonly string[];
  /** How many texts were looked at. */
  readonly texts: number;
}

export function contrastOf(page: Page): Promise<Contrast> {
  return page.evaluate<Contrast>(SCRIPT);
}
