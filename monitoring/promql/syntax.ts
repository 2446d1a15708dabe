/** Is it PromQL at all? Grammar by the official parser, types by the checker of Prometheus' own editor. */
import { ensureSyntaxTree } from '@codemirror/language';
import { EditorState } from '@codemirror/state';
import { Parser } from '@prometheus-io/codemirror-promql/dist/cjs/parser/parser.js';
import { LanguageType, promQLLanguage } from '@prometheus-io/codemirror-promql/dist/cjs/promql.js';
import { parser } from '@prometheus-io/lezer-promql';

/** What Grafana puts in place of its own variables; any value that parses does. */
const STAND_INS: readonly (readonly [RegExp, string])[] = [
  [/\$__rate_interval\b|\$\{__rate_interval\}/g, '1m'],
  [/\$__interval\b|\$\{__interval\}/g, '15s'],
  [/\$__range\b|\$\{__range\}/g, '1h'],
];

/** The expression as Prometheus would be sent it; variables inside quotes stay, they parse as they are. */
export function withoutVariables(expression: string): string {
  return STAND_INS.reduce((text, [variable, value]) => text.replace(variable, value), expression);
}

function grammarErrors(source: string): string[] {
  const found: string[] = [];
  parser.parse(source).iterate({
    enter: ({ type, from }) => {
      if (type.isError) found.push(`is not PromQL at character ${from + 1}`);
    },
  });
  return found;
}

function typeErrors(source: string): string[] {
  const begun = EditorState.create({ doc: source, extensions: [promQLLanguage(LanguageType.PromQL)] });
  ensureSyntaxTree(begun, source.length, 5000);
  // A state keeps the tree it was made with, which is cut off after 20 ms of parsing; the next state has the whole.
  const checker = new Parser(begun.update({}).state);
  checker.analyze();
  return checker.getDiagnostics().map((diagnostic) => diagnostic.message);
}

/** What Prometheus would refuse about an expression; Grafana's variables are allowed in it. Empty when it is sound. */
export function problems(expression: string): string[] {
  const source = withoutVariables(expression);
  if (source.trim() === '') return ['is empty'];
  return [...new Set([...grammarErrors(source), ...typeErrors(source)])];
}
