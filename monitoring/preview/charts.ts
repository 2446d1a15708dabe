/** Charts as SVG, drawn by ECharts without a browser. */
import { type EChartsOption, init } from 'echarts';
import type { PanelSpec } from '../dashboards/panel';
import type { Line } from './panel-data';
import type { TimeRange } from './prometheus-client';
import { colourOf, limitsOf, panelText, valueText } from './value-text';

/** Grafana's classic palette. */
export const PALETTE = [
  '#7eb26d',
  '#eab839',
  '#6ed0e0',
  '#ef843c',
  '#e24d42',
  '#1f78c1',
  '#ba43a9',
  '#705da0',
  '#508642',
  '#cca300',
];
/** Stand-ins that become the page's own colours, so that one drawing fits a light and a dark page. */
const INK = '#010203';
const RULE = '#040506';

/** For a mouse over a living chart; this one is a picture. */
const HOVER_STYLES = /<style >[\s\S]*?<\/style>/;

function svg(option: EChartsOption, width: number, height: number): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    chart.setOption({
      animation: false,
      color: PALETTE,
      textStyle: { fontFamily: 'system-ui, sans-serif' },
      useUTC: true,
      ...option,
    });
    return chart
      .renderToSVGString()
      .replace(HOVER_STYLES, '')
      .replaceAll(`fill="${INK}"`, 'fill="currentColor"')
      .replaceAll(`stroke="${RULE}"`, 'stroke="currentColor" stroke-opacity="0.14"')
      .replaceAll(`stroke="${INK}"`, 'stroke="currentColor"');
  } finally {
    // Without this, its timers keep the process alive.
    chart.dispose();
  }
}

const label = { color: INK, fontSize: 11 };
const splitLine = { show: true, lineStyle: { color: RULE } };
const DAY_MS = 86_400_000;
const timeAxis = ({ fromMs, toMs }: TimeRange) => ({
  type: 'time' as const,
  min: fromMs,
  max: toMs,
  axisLabel: {
    ...label,
    hideOverlap: true,
    formatter: toMs - fromMs > DAY_MS ? '{MM}-{dd} {HH}:{mm}' : '{HH}:{mm}:{ss}',
  },
  axisLine: { lineStyle: { color: RULE } },
  axisTick: { show: false },
  splitLine: { show: false },
});

/** A limit is drawn where it can be seen: within the data, or as far above as they are high. */
function limitLines(panel: PanelSpec, highest: number) {
  const near = limitsOf(panel).filter(({ at }) => at <= Math.max(highest * 2, 0.000_001));
  return {
    silent: true,
    symbol: 'none',
    label: { show: false },
    data: near.map(({ at, colour }) => ({
      yAxis: at,
      lineStyle: { color: colour, type: 'dashed' as const },
    })),
  };
}

export function timeSeriesChart(
  panel: PanelSpec,
  lines: readonly Line[],
  range: TimeRange,
  width: number,
  height: number,
): string {
  const highest = Math.max(0, ...lines.flatMap(({ points }) => points.map(([, value]) => value)));
  const series = lines.map(({ name, points }, index) => ({
    type: 'line' as const,
    name,
    data: points.map(([time, value]) => [time, value]),
    showSymbol: points.length < 2,
    lineStyle: { width: 1.4 },
    areaStyle: { opacity: panel.stacked ? 0.4 : 0.06 },
    ...(panel.stacked ? { stack: 'all' } : {}),
    ...(index === 0 ? { markLine: limitLines(panel, highest) } : {}),
  }));
  const shown = limitLines(panel, highest).data.map(({ yAxis }) => yAxis);
  return svg(
    {
      grid: { left: 8, right: 14, top: 12, bottom: 6, containLabel: true },
      xAxis: timeAxis(range),
      yAxis: {
        type: 'value',
        ...(panel.min === undefined ? {} : { min: panel.min }),
        ...(panel.max === undefined ? {} : { max: panel.max }),
        ...(highest < Math.max(0, ...shown) ? { max: Math.max(...shown) * 1.1 } : {}),
        ...(panel.decimals === 0 ? { minInterval: 1 } : {}),
        axisLabel: { ...label, formatter: (value: number) => valueText(value, panel.unit) },
        splitLine,
      },
      series,
    },
    width,
    height,
  );
}

export function gaugeChart(panel: PanelSpec, { points }: Line, width: number, height: number): string {
  const value = points.at(-1)?.[1] ?? Number.NaN;
  const { min = 0, max = 1 } = panel;
  const text = panelText(panel, value);
  return svg(
    {
      series: [
        {
          type: 'gauge',
          ...{ min, max, startAngle: 200, endAngle: -20, radius: '100%', center: ['50%', '62%'] },
          progress: { show: true, width: 16, itemStyle: { color: colourOf(panel, value) } },
          axisLine: { lineStyle: { width: 16, color: [[1, 'rgba(128,128,128,0.22)']] } },
          ...{ axisTick: { show: false }, splitLine: { show: false }, pointer: { show: false } },
          axisLabel: { show: false },
          detail: { offsetCenter: [0, 0], fontSize: 22, color: INK, formatter: () => text },
          data: [{ value }],
        },
      ],
    },
    width,
    height,
  );
}
