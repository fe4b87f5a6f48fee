import { describe, expect, it } from 'vitest';
import { imageReferenceProblem } from './image-reference.ts';

const HEX = 'a'.repeat(64);

describe('imageReferenceProblem', () => {
  it.each([
    ...['web', 'web:1', 'library/web:V1.0_x-y', 'localhost/web', 'Host/web', 'host:5000/a/b__c--d.e:1', '[::1]:5000/a'],
    ...[`web@sha256:${HEX}`, `ghcr.io/a/b:1@sha256:${HEX}`, 'index.docker.io/web'],
  ])('takes %s', (image) => {
    expect(imageReferenceProblem(image)).toBeUndefined();
  });

  it.each([
    ['', 'invalid reference format'],
    ['web:', 'invalid reference format'],
    [':1', 'invalid reference format'],
    ['https://host/web', 'invalid reference format'],
    ['host.io/library//web:latest', 'invalid reference format'],
    ['ghcr.io/{{ x }}:1', 'invalid reference format'],
    ['web:a b', 'invalid reference format'],
    ['busyBOX', 'invalid reference format: repository name (library/busyBOX) must be lowercase'],
    ['ghcr.io/Me/web:1', 'invalid reference format: repository name (Me/web) must be lowercase'],
    [HEX, `invalid repository name (${HEX}), cannot specify 64-byte hexadecimal strings`],
    ['a'.repeat(256), 'repository name must not be more than 255 characters'],
    [`web@sha256:${'a'.repeat(40)}`, 'invalid checksum digest length'],
    [`web@sha256:${'A'.repeat(64)}`, 'invalid checksum digest format'],
    [`web@md5:${HEX}`, 'unsupported digest algorithm'],
  ])('refuses %j', (image, problem) => {
    expect(imageReferenceProblem(image)).toBe(problem);
  });

  it('does not look at what is far too long', () => {
    expect(imageReferenceProblem('a-'.repeat(500_000))).toBe('repository name must not be more than 255 characters');
  });
});
