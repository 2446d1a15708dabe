import type { Finding } from '../diagnosis/finding';
import type { StatusView } from '../worker/state';
import { byId, element, KeyedList, type Row, setAttribute, setText } from './dom.js';
import { plural } from './format.js';

const WORDS = { critical: 'Critical', warning: 'Warning', notice: 'Notice' } as const;

/** The diagnosis: one line to read at 3 a.m., then what it rests on. What is only worth knowing is folded away. */
export function createFindings(): (view: StatusView) => void {
  const [headline, notices, counted] = [byId('headline'), byId('notices'), byId('notices-count')];
  const wrongList = new KeyedList<Shown>(byId('findings'), keyOf, createFinding);
  const noticeList = new KeyedList<Shown>(byId('notices-list'), keyOf, createFinding);
  return ({ healthy, findings, headline: text }) => {
    setText(headline, text);
    setAttribute(headline, 'data-severity', healthy ? 'well' : (findings[0]?.severity ?? 'notice'));
    const shown = findings.map((finding) => ({ finding, told: text.startsWith(finding.sentence) }));
    const told = shown.filter(({ finding }) => finding.severity === 'notice');
    wrongList.show(shown.filter((one) => !told.includes(one)));
    noticeList.show(told);
    notices.hidden = told.length === 0;
    setText(counted, plural(told.length, 'notice'));
  };
}

interface Shown {
  readonly finding: Finding;
  /** The headline says it already. */
  readonly told: boolean;
}

/** A finding is the same one as long as cause and subject are, whatever figures its sentence holds. */
function keyOf({ finding: { cause, subject } }: Shown): string {
  return `${cause} ${subject.kind === 'trader' ? subject.id : ''}`;
}

function createFinding(): Row<Shown> {
  const tag = element('span', { class: 'tag' });
  const sentence = element('bdi', { class: 'sentence' });
  const evidence = element('ul', { class: 'evidence' });
  const lines = new KeyedList<string>(evidence, (line) => line, createLine);
  const runbook = element('a', { class: 'runbook' });
  const details = element('details', {}, element('summary', {}, 'Evidence'), evidence);
  const node = element('li', {}, tag, sentence, element('div', { class: 'more' }, runbook, details));
  return {
    node,
    update({ finding, told }) {
      setAttribute(node, 'data-severity', finding.severity);
      setText(tag, WORDS[finding.severity]);
      setText(sentence, finding.sentence);
      sentence.hidden = told;
      details.hidden = finding.evidence.length === 0;
      lines.show([...new Set(finding.evidence)]);
      setText(runbook, `Runbook: ${finding.runbook}`);
      setAttribute(runbook, 'href', `/runbooks/${encodeURIComponent(finding.runbook)}.md`);
    },
  };
}

function createLine(): Row<string> {
  const code = element('code');
  return { node: element('li', {}, code), update: (line) => setText(code, line) };
}
