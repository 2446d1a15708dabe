/** Numbers and times as the sentences say them. */

/** "1 symbol", "3 symbols". */
export function counted(count: number, thing: string): string {
  const things = thing.endsWith('is')
    ? `${thing.slice(0, -2)}es`
    : thing.endsWith('ch')
      ? `${thing}es`
      : `${thing}s`;
  return `${whole(count)} ${count === 1 ? thing : things}`;
}

/** Rounded, with thousands divided. */
export function whole(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** "41 s", "14 min", "3 h 5 min", "2 days". */
export function lasting(seconds: number): string {
  const rounded = Math.round(seconds);
  if (rounded < 120) return `${Math.max(0, rounded)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours >= 48) return `${Math.floor(hours / 24)} days`;
  return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
}

/** "12:03 UTC": the machine's logs are in UTC too. */
export function clockTime(epochMs: number): string {
  const date = new Date(epochMs);
  return Number.isFinite(date.getTime()) ? `${date.toISOString().slice(11, 16)} UTC` : 'an unknown time';
}

/** "2.1 ms", "340 ms", "1.2 s"; a dash without a measurement. */
export function duration(seconds: number | null): string {
  if (seconds === null) return '–';
  if (seconds >= 1) return `${seconds.toFixed(1)} s`;
  const ms = seconds * 1000;
  return ms >= 10 ? `${Math.round(ms)} ms` : `${ms.toFixed(1)} ms`;
}

/** "a", "a and b", "a, b and 3 more". */
export function listed(names: readonly string[], most = 3): string {
  if (names.length > most)
    return `${names.slice(0, most - 1).join(', ')} and ${names.length - most + 1} more`;
  return names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${names.at(-1)}` : (names[0] ?? '');
}

const NAME_LENGTH = 60;

/** A trader's name in quotes, cut to a readable length; a name may hold anything, so media escape it still. */
export function quoted(name: string): string {
  const characters = Array.from(name.slice(0, 4 * NAME_LENGTH));
  const cut = characters.length > NAME_LENGTH || name.length > 4 * NAME_LENGTH;
  return `"${cut ? `${characters.slice(0, NAME_LENGTH - 1).join('')}…` : name}"`;
}

const PLAIN = /^[\p{L}\p{N}][\p{L}\p{N} ._+&%/-]{0,59}$/u;

/** A name as the subject of a sentence: in quotes where it could be taken for more than a name. */
export function named(name: string): string {
  return PLAIN.test(name) ? name : quoted(name);
}
