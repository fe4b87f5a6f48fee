import { expect, it } from 'vitest';
import { LiveFrame } from './live-frame.ts';

function frame(size: object) {
  const written: string[] = [];
  return { written, frame: new LiveFrame({ write: (text) => written.push(text), ...size }) };
}

it('is drawn in its own place, and taken away', () => {
  const { written, frame: live } = frame({ columns: 80, rows: 24 });
  live.draw('a\nb');
  live.draw('c');
  live.clear();
  live.clear();
  expect(written).toEqual(['a\nb\n', '\u001b[2A\u001b[Jc\n', '\u001b[1A\u001b[J', '']);
});

it('takes no more lines and columns than the terminal has, so that it can go back to its beginning', () => {
  const { written, frame: live } = frame({ columns: 5, rows: 4 });
  live.draw('12345\n123456\nc\nd');
  live.draw('x');
  expect(written).toEqual(['12345\n1234…\n…\n', '\u001b[3A\u001b[Jx\n']);
});

it('is whole where the terminal tells no size', () => {
  const { written, frame: live } = frame({ columns: 0 });
  const text = Array.from({ length: 100 }, () => 'x'.repeat(300)).join('\n');
  live.draw(text);
  expect(written).toEqual([`${text}\n`]);
});
