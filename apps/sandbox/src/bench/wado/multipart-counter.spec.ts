import { MultipartCounter } from './multipart-counter.js';

const part = (content: string): string => `\r\n--edge\r\nContent-Type: application/dicom\r\n\r\n${content}`;
const whole = Buffer.from(
  `${part('one\r\n--edg')}${part('')}${part('x--edge\r\n-- three')}\r\n--edge--\r\n`.slice('\r\n'.length),
  'latin1',
);

function count(body: Buffer, size: number): MultipartCounter {
  const counter = new MultipartCounter('edge');
  for (let at = 0; at < body.length; at += size) counter.push(body.subarray(at, at + size));
  return counter;
}

describe('counting parts as they stream by', () => {
  it.each([1, 2, 3, 5, 7, 8, 9, 10, 11, 64, 100_000])('is the same in chunks of %i', (size) => {
    const { parts, closed } = count(whole, size);
    expect({ parts, closed }).toEqual({ parts: 3, closed: true });
  });

  it('never takes a cut answer for a whole one', () => {
    for (let length = 0; length < whole.length - 2; length++) {
      for (const size of [1, 4, 1000]) expect(count(whole.subarray(0, length), size).closed).toBe(false);
    }
  });

  it('counts a part only once its end has come', () => {
    const second = whole.indexOf('\r\n--edge\r\n', 10);
    expect(count(whole.subarray(0, second + 5), 3).parts).toBe(0);
    expect(count(whole.subarray(0, second + 10), 3).parts).toBe(1);
  });
});
