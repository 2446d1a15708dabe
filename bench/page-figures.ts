/** Figures read off a metrics page. */
interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Sample name → its series. */
export type Page = ReadonlyMap<string, readonly Sample[]>;

export async function pageOf(port: string): Promise<Page> {
  const response = await fetch(`http://127.0.0.1:${port}/metrics`);
  const page = new Map<string, Sample[]>();
  for (const line of (await response.text()).split('\n')) {
    const [, name, labels = '', value] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    if (name === undefined) continue;
    const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, label, text]) => [label, text]);
    const samples = page.get(name) ?? [];
    samples.push({ labels: Object.fromEntries(pairs), value: Number(value) });
    page.set(name, samples);
  }
  return page;
}

export function sum(page: Page, name: string, labels: Readonly<Record<string, string>> = {}): number {
  const wanted = Object.entries(labels);
  const samples = page.get(name) ?? [];
  return samples
    .filter((sample) => wanted.every(([label, value]) => sample.labels[label] === value))
    .reduce((total, { value }) => total + value, 0);
}

/** Upper bound of the bucket that holds the quantile of what was recorded between two pages. */
export function histogramQuantile(
  quantile: number,
  before: Page,
  after: Page,
  name: string,
  labels = {},
): string {
  const bounds = [...new Set(after.get(`${name}_bucket`)?.map((sample) => sample.labels.le ?? ''))];
  const counts = bounds.map(
    (le) =>
      [
        le,
        sum(after, `${name}_bucket`, { ...labels, le }) - sum(before, `${name}_bucket`, { ...labels, le }),
      ] as const,
  );
  const total = counts.at(-1)?.[1] ?? 0;
  return `≤ ${counts.find(([, count]) => count >= quantile * total)?.[0] ?? 'none'} (${total} recorded)`;
}
