import { expect, test } from 'vitest';
import { isDNS1123Subdomain } from '../../values/name-rules.ts';
import { csiDriverOf, provisionerOf } from './csi-driver-name.ts';

test.each([
  ['csi.example.com', 'csi.example.com', 'csi.example.com'],
  ['kubernetes.io/gce-pd', 'pd.csi.storage.gke.io', 'pd.csi.storage.gke.io'],
  ['rancher.io/local-path', 'rancher.io/local-path', 'rancher.io.local-path'],
  ['k8s.io/My_Plugin', 'k8s.io/My_Plugin', 'k8s.io.my-plugin'],
  [`a.b/${'x'.repeat(62)}`, `a.b/${'x'.repeat(62)}`, `a.b.${'x'.repeat(59)}`],
  [`${'y'.repeat(62)}/x`, `${'y'.repeat(62)}/x`, 'y'.repeat(62)],
  ['a/x_._y', 'a/x_._y', 'a.x.y'],
])('%s is known as %s, and its driver is %s', (named, known, driver) => {
  expect(provisionerOf(named)).toBe(known);
  expect(csiDriverOf(named)).toBe(driver);
  expect(isDNS1123Subdomain(driver)).toEqual([]);
});
