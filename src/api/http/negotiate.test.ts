import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StatusError } from '../../errors.ts';
import { negotiate } from './negotiate.ts';

const table = 'application/json;as=Table;v=v1;g=meta.k8s.io';

describe('negotiate', () => {
  it.each([
    [undefined, 'object', 'json'],
    ['*/*', 'object', 'json'],
    [`${table},application/json`, 'table', 'json'],
    ['application/json; g=meta.k8s.io; as=Table; v=v1', 'table', 'json'],
    ['application/json;as=Table;v=v9;g=meta.k8s.io, application/json', 'object', 'json'],
    ['application/json;as=Chart;v=v1;g=meta.k8s.io, */*', 'object', 'json'],
    ['application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io', 'partial', 'json'],
    ['application/vnd.kubernetes.protobuf, application/json', 'object', 'json'],
    ['application/yaml', 'object', 'yaml'],
    ['application/json;q=0.5, application/yaml', 'object', 'yaml'],
    ['text/html,application/xhtml+xml,*/*;q=0.8', 'object', 'json'],
  ])('%s', (accept, shape, format) => {
    expect(negotiate(accept)).toMatchObject({ shape, format });
  });

  it.each(['text/html', 'application/vnd.kubernetes.protobuf', 'application/json;q=0', 'constructor', ';;,'])(
    '%s is 406',
    (accept) => {
      expect(() => negotiate(accept)).toThrow(
        'only the following media types are accepted: application/json, application/yaml',
      );
    },
  );

  it('tells the version of meta.k8s.io that was asked for, which protobuf has one of', () => {
    const older = table.replace('v=v1', 'v=v1beta1');
    expect(negotiate(`${older},${table}`)).toMatchObject({ shape: 'table', metaVersion: 'v1beta1' });
    expect(negotiate(`${table},${older}`)).toMatchObject({ shape: 'table', metaVersion: 'v1' });
    const partial = 'application/vnd.kubernetes.protobuf;as=PartialObjectMetadata;v=v1beta1;g=meta.k8s.io';
    const answered = negotiate(`${partial},application/json`, { protobuf: ['object', 'partial'] });
    expect(answered).toMatchObject({ shape: 'object', format: 'json' });
  });

  it('gives watches no YAML', () => {
    expect(negotiate('application/yaml, */*;q=0.1', { isStream: true }).format).toBe('json');
    expect(() => negotiate('application/yaml', { isStream: true })).toThrow(
      'only the following media types are accepted: application/json;stream=watch',
    );
  });

  const protobuf = 'application/vnd.kubernetes.protobuf';
  it.each([
    [protobuf, 'object', 'protobuf'],
    [`${protobuf},application/json`, 'object', 'protobuf'],
    [`application/json,${protobuf}`, 'object', 'json'],
    [`application/json;q=0.8,${protobuf};q=0.9`, 'object', 'protobuf'],
    [`*/*,${protobuf}`, 'object', 'protobuf'],
    [`${protobuf};stream=watch`, 'object', 'protobuf'],
    [`${protobuf};as=Table;v=v1;g=meta.k8s.io,${table}`, 'table', 'json'],
    [`${protobuf};as=PartialObjectMetadata;v=v1;g=meta.k8s.io,application/json`, 'partial', 'protobuf'],
  ])('where there is protobuf, %s', (accept, shape, format) => {
    expect(negotiate(accept, { protobuf: ['object', 'partial'] })).toMatchObject({ shape, format });
  });

  it('goes on where a kind has no protobuf', () => {
    expect(negotiate(`${protobuf},application/json`, { protobuf: ['partial'] }).format).toBe('json');
    expect(() => negotiate(protobuf, { protobuf: ['partial'] })).toThrow(StatusError);
    expect(() => negotiate(`${protobuf};as=Table;v=v1;g=meta.k8s.io`, { protobuf: ['object'] })).toThrow(
      `accepted: application/json, application/yaml, ${protobuf}`,
    );
  });

  it('never throws anything but a StatusError', () => {
    fc.assert(
      fc.property(fc.string(), (accept) => {
        try {
          negotiate(accept);
        } catch (error) {
          expect(error).toBeInstanceOf(StatusError);
        }
      }),
    );
  });
});
