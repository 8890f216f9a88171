import { expect, it } from 'vitest';
import { jsonFault } from '../../src/text/json-fault.ts';

const secret = 'hunter2';

function faultOf(text: string): string {
  try {
    JSON.parse(text);
  } catch (error) {
    return jsonFault(error);
  }
  throw new Error('It is JSON');
}

it.each([
  `{"password":${secret}}`,
  `{"password":"x" ${secret}`,
  `${secret}`,
  `{"password":"${secret}"`,
  `{"a":1,\n"password":\n${secret}\n}`,
  `{"password":"${secret}", "is not valid JSON": "}" x "is not valid JSON`,
  `{"password":"${secret}\n"}`,
  `${'[1],'.repeat(40)}${secret}${' '.repeat(400)}`,
  `{"password": \u2028"${secret}", is not valid JSON`,
  `["${secret}" "x"]`,
])('tells nothing of what stands in %j', (text) => {
  const fault = faultOf(text);
  // Not even of its beginning: V8 quotes ten characters on each side.
  expect(fault).not.toMatch(/hun|ter2|password/);
  expect(fault).toMatch(/JSON|Unexpected|Expected|Bad|Unterminated/);
});

it('says where, when V8 does, and what character', () => {
  expect(faultOf('{"a":1')).toMatch(/position 6/);
  expect(faultOf(`{"password":${secret}}`)).toBe("Unexpected token 'h', so it is no JSON");
});

it('leaves another error as it is, and takes what is no error for its text', () => {
  expect(jsonFault(new Error('EIO: read failed, "x"'))).toBe('EIO: read failed, "x"');
  expect(jsonFault('broken')).toBe('broken');
});
