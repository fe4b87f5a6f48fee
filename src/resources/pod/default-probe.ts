/** Defaults of probes and handlers. Source: pkg/apis/core/v1/defaults.go, SetDefaults_Probe, SetDefaults_HTTPGetAction. */
import type { Handler, Probe } from './container.ts';

export function defaultHandler({ httpGet, grpc }: Handler): void {
  if (httpGet !== undefined) {
    httpGet.path ||= '/';
    httpGet.scheme ||= 'HTTP';
  }
  if (grpc !== undefined) {
    grpc.service ??= '';
  }
}

/** Zero counts as unset, as in Kubernetes. */
export function defaultProbe(probe: Probe | undefined): void {
  if (probe === undefined) {
    return;
  }
  defaultHandler(probe);
  probe.timeoutSeconds ||= 1;
  probe.periodSeconds ||= 10;
  probe.successThreshold ||= 1;
  probe.failureThreshold ||= 3;
}
