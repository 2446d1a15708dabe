/** A row per series, a cell per step, in the colour of its value: hand-written SVG, since it is nothing but rectangles. */
import type { PanelSpec } from '../dashboards/panel';
import { escaped } from './html';
import type { Line } from './panel-data';
import type { TimeRange } from './prometheus-client';
import { colourOf, panelText } from './value-text';

const NAME_WIDTH = 190;
const FOOT = 22;
const ROW = { min: 18, max: 34 };

export function timelineChart(
  panel: PanelSpec,
  lines: readonly Line[],
  { fromMs, toMs }: TimeRange,
  width: number,
  height: number,
): string {
  const rowHeight = Math.min(ROW.max, Math.max(ROW.min, (height - FOOT) / Math.max(1, lines.length)));
  const x = (time: number) => NAME_WIDTH + ((time - fromMs) / (toMs - fromMs)) * (width - NAME_WIDTH);
  const rows = lines.map(({ name, points }, row) => {
    const y = row * rowHeight;
    const cells = points.map(([time, value], index) => {
      const until = points[index + 1]?.[0] ?? toMs;
      const size = `x="${x(time).toFixed(1)}" y="${y + 3}" width="${Math.max(1, x(until) - x(time)).toFixed(1)}" height="${rowHeight - 6}"`;
      return `<rect ${size} fill="${colourOf(panel, value)}" fill-opacity="0.8"><title>${escaped(panelText(panel, value))}</title></rect>`;
    });
    return `<text x="0" y="${y + rowHeight / 2 + 4}" fill="currentColor" font-size="12">${escaped(name)}</text>${cells.join('')}`;
  });
  const ticks = [0, 0.25, 0.5, 0.75].map((share) => {
    const time = fromMs + share * (toMs - fromMs);
    const text = new Date(time).toISOString().slice(11, 19);
    return `<text x="${x(time).toFixed(1)}" y="${lines.length * rowHeight + 15}" fill="currentColor" font-size="11">${text}</text>`;
  });
  const used = lines.length * rowHeight + FOOT;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${used}" viewBox="0 0 ${width} ${used}">${rows.join('')}${ticks.join('')}</svg>`;
}
