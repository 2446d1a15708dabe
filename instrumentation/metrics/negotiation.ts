/** Which text format a scraper is given. */
import { PLAIN_TEXT_TYPE } from './plain-text';

export type FormName = 'plain' | 'openMetrics';

export interface Choice {
  readonly form: FormName;
  readonly contentType: string;
}

const PLAIN: Choice = { form: 'plain', contentType: PLAIN_TEXT_TYPE };
const OPEN_METRICS = 'application/openmetrics-text';
/** The draft 0.0.1 is what older servers ask for; the page is the same. */
const OPEN_METRICS_VERSIONS = ['1.0.0', '0.0.1'];
const PLAIN_TYPES = ['text/plain', 'text/*', '*/*'];

interface Wish {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly quality: number;
}

function wish(text: string): Wish {
  const [type = '', ...parts] = text.split(';').map((part) => part.trim().toLowerCase());
  const parameters = new Map(
    parts.map((part) => {
      const [name = '', value = ''] = part.split('=', 2);
      return [name.trim(), value.trim().replace(/^"(.*)"$/, '$1')] as const;
    }),
  );
  const quality = Number(parameters.get('q') ?? 1);
  return { type, parameters, quality: quality >= 0 && quality <= 1 ? quality : 0 };
}

function choiceFor({ type, parameters }: Wish): Choice | undefined {
  if (PLAIN_TYPES.includes(type)) return PLAIN;
  const version = parameters.get('version') ?? '1.0.0';
  if (type !== OPEN_METRICS || !OPEN_METRICS_VERSIONS.includes(version)) return undefined;
  return { form: 'openMetrics', contentType: `${OPEN_METRICS}; version=${version}; charset=utf-8` };
}

/** What is wished most and can be served, of equals the first named; the plain text to all who name nothing of it. */
export function negotiate(accept: string | undefined): Choice {
  const wishes = (accept ?? '').split(',').map(wish);
  const ranked = wishes.filter(({ quality }) => quality > 0).sort((a, b) => b.quality - a.quality);
  return ranked.map(choiceFor).find((choice) => choice !== undefined) ?? PLAIN;
}
