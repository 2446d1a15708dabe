import { describe, expect, it } from '@jest/globals';
import { metricsUrl } from '../../../status/terminal/address';
import { mediumOf } from '../../../status/terminal/medium';
import { readOptions } from '../../../status/terminal/options';

describe('an address', () => {
  it.each([
    [undefined, 'http://localhost:9091/metrics'],
    ['9191', 'http://localhost:9191/metrics'],
    ['machine', 'http://machine:9091/metrics'],
    ['machine:80', 'http://machine/metrics'],
    ['127.0.0.1:9191', 'http://127.0.0.1:9191/metrics'],
    ['::1', 'http://[::1]:9091/metrics'],
    ['[::1]:9191', 'http://[::1]:9191/metrics'],
    ['fdaa:0:1::3', 'http://[fdaa:0:1::3]:9091/metrics'],
    ['machine:9191/other', 'http://machine:9191/other'],
    ['https://machine/', 'https://machine/metrics'],
    ['http://machine:9191/metrics', 'http://machine:9191/metrics'],
  ])('%s is %s', (given, url) => {
    expect(metricsUrl(given)).toBe(url);
  });

  it.each([
    ['ftp://machine', /http:\/\//],
    ['http://me:secret@machine', /no password/],
    ['http://', /no address/],
    ['a b', /no address/],
  ])('%s is refused', (given, reason) => {
    expect(() => metricsUrl(given)).toThrow(reason);
  });

  it('that is refused does not repeat its password', () => {
    expect(() => metricsUrl('http://me:secret@machine')).not.toThrow(/secret/);
  });
});

describe('options', () => {
  it('have a watch with or without seconds, before or after the address', () => {
    expect(readOptions([])).toMatchObject({ watchSeconds: undefined, once: false, json: false });
    expect(readOptions(['--watch'])).toMatchObject({ watchSeconds: 5 });
    expect(readOptions(['--watch', '2', 'machine'])).toMatchObject({
      watchSeconds: 2,
      url: 'http://machine:9091/metrics',
    });
    expect(readOptions(['machine', '--watch=10'])).toMatchObject({ watchSeconds: 10 });
    expect(readOptions(['-w', '9091'])).toMatchObject({
      watchSeconds: 5,
      url: 'http://localhost:9091/metrics',
    });
  });

  it.each([
    [['--wtch'], /--wtch/],
    [['--watch=0'], /1 to 3600 seconds, not "0"/],
    [['--watch=soon'], /not "soon"/],
    [['one', 'two'], /One address/],
  ])('%j are refused', (argv, reason) => {
    expect(() => readOptions(argv)).toThrow(reason);
  });
});

describe('the medium', () => {
  const tty = { isTTY: true, columns: 40, rows: 10 };

  it('is the terminal, or 80 plain columns', () => {
    expect(mediumOf(tty, {})).toEqual({
      columns: 40,
      rows: 10,
      colour: true,
      unicode: true,
      redrawable: true,
    });
    expect(mediumOf({}, {})).toEqual({
      columns: 80,
      rows: undefined,
      colour: false,
      unicode: true,
      redrawable: false,
    });
    expect(mediumOf({}, { COLUMNS: '60' }).columns).toBe(60);
    expect(mediumOf({ ...tty, columns: 3 }, {}).columns).toBe(20);
  });

  it('has colours as NO_COLOR, FORCE_COLOR and TERM say', () => {
    expect(mediumOf(tty, { NO_COLOR: '1' }).colour).toBe(false);
    expect(mediumOf(tty, { NO_COLOR: '' }).colour).toBe(true);
    expect(mediumOf({}, { FORCE_COLOR: '1', NO_COLOR: '1' }).colour).toBe(true);
    expect(mediumOf(tty, { FORCE_COLOR: '0' }).colour).toBe(false);
    expect(mediumOf(tty, { TERM: 'dumb' })).toMatchObject({
      colour: false,
      unicode: false,
      redrawable: false,
    });
  });

  it('has more than ASCII unless its locale says no', () => {
    expect(mediumOf(tty, { LANG: 'C' }).unicode).toBe(false);
    expect(mediumOf(tty, { LANG: 'C', LC_ALL: 'en_US.UTF-8' }).unicode).toBe(true);
  });
});
