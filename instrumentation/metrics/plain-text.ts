/** The Prometheus text format 0.0.4. */
import type { Form } from './exposition';

export const PLAIN_TEXT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

function escapeHelp(text: string): string {
  return text.replace(/\\/g, '\\\\').replace(/\n/g, '\\n');
}

export const PLAIN_TEXT: Form = {
  header({ name, help, type }) {
    return `# HELP ${name} ${escapeHelp(help) || name}\n# TYPE ${name} ${type === 'info' ? 'gauge' : type}\n`;
  },
  shape: (family) => ({ ...family, exemplars: undefined }),
  end: '',
};
