import { describe, expect, it } from 'vitest';
import { disarmFormulas, revealFormulas } from './index.ts';

describe('cells that a spreadsheet would run as formulas', () => {
  it.each([
    ['=1+1', "'=1+1"],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'\t'=1"],
    ['\r=1', "'\r'=1"],
    ['red;=1+1', "red;'=1+1"],
    ['red\n=cmd', "red\n'=cmd"],
    ['red|@x;+2', "red|'@x;'+2"],
    ["'=1", "''=1"],
    ["red;''=1", "red;'''=1"],
    ['=a;=b', "'=a;'=b"],
  ])('%j is written as the text %j and reads back unchanged', (cell, disarmed) => {
    expect(disarmFormulas(cell)).toBe(disarmed);
    expect(revealFormulas(disarmed)).toBe(cell);
  });

  it.each(['plain', "'1", "''1", "'", "x;'1", "it's", "'quoted'", 'a=b', 'a-b', 'x; y', '12.50', ''])('%j is written unchanged', (cell) => {
    expect(disarmFormulas(cell)).toBe(cell);
    expect(revealFormulas(cell)).toBe(cell);
  });

  it('every text of up to five of the characters that matter reads back unchanged', () => {
    const characters = ["'", '=', ';', '\t', '\r', '-', '1'];
    let texts = [''];
    for (let length = 1; length <= 5; length++) {
      texts = texts.flatMap((text) => characters.map((character) => text + character));
      expect(texts.filter((text) => revealFormulas(disarmFormulas(text)) !== text)).toEqual([]);
    }
  });

  it('a cell loses its zero bytes', () => expect(disarmFormulas('\0=1')).toBe("'=1"));
});
