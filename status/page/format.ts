/** Figures as people read them. */

const COUNT = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const MINUTE = 60;
const DAY_HOURS = 24;

export function count(value: number | null): string {
  return value === null ? '–' : COUNT.format(value);
}

/** Two units at most: `41 s`, `14 min`, `4 h 12 min`, `3 d 2 h`. Rounded once, so that nothing lasts 60 min. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 2 * MINUTE) return `${whole} s`;
  const minutes = Math.round(seconds / MINUTE);
  if (minutes < MINUTE) return `${minutes} min`;
  const hours = Math.floor(minutes / MINUTE);
  if (hours < 2 * DAY_HOURS) return twoUnits(hours, 'h', minutes % MINUTE, 'min');
  return twoUnits(Math.floor(hours / DAY_HOURS), 'd', hours % DAY_HOURS, 'h');
}

function twoUnits(large: number, largeName: string, small: number, smallName: string): string {
  return small === 0 ? `${large} ${largeName}` : `${large} ${largeName} ${small} ${smallName}`;
}

/** Ages of data: a tenth of a second is worth showing below ten. */
export function age(seconds: number): string {
  return seconds < 10 ? `${Math.max(0, seconds).toFixed(1)} s` : duration(seconds);
}

/** Three digits: `0.35 ms`, `2.1 ms`, `140 ms`, `1.25 s`. */
export function milliseconds(value: number | null): string {
  if (value === null) return '–';
  if (value >= 1000) return `${digits(value / 1000)} s`;
  return `${digits(value)} ms`;
}

function digits(value: number): string {
  if (value >= 100) return value.toFixed(0);
  return String(Number(value.toPrecision(value >= 10 ? 3 : 2)));
}

export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** How long ago, as a column of a chart names it. */
export function ago(seconds: number): string {
  return seconds < MINUTE ? 'now' : `${Math.round(seconds / MINUTE)} min ago`;
}
