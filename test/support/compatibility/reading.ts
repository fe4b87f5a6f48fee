/** What clients read and follow. */
import type { Feature } from './feature.ts';
import {
  APPLIES,
  ASKS,
  BROWSES,
  CONTROLLER,
  DEPLOYS,
  go,
  headlamp,
  INSIDE_A_POD,
  informers,
  node,
  operator,
  PROTOBUF,
  page,
  SIGNS_IN,
  verbs,
} from './tests.ts';

export const READING: readonly Feature[] = [
  {
    feature: 'explain, schemas',
    ...{
      kubectl: verbs('discovery', 'explain: fields, nested'),
      otherKubectl: APPLIES,
      headlamp: headlamp('shows metrics, events and the'),
    },
  },
  {
    feature: 'api-resources, api-versions',
    ...{ kubectl: verbs('discovery', 'api-resources: by group, verb, category'), k9s: go('starts: version, metrics') },
    headlamp: headlamp('discovers what can be listed'),
  },
  {
    feature: 'version, cluster-info, dump',
    ...{ kubectl: verbs('discovery', 'version, cluster-info and its dump'), headlamp: SIGNS_IN },
    k9s: go('starts: version, metrics'),
  },
  { feature: 'completion from the server', kubectl: verbs('discovery', 'completion: names of objects') },
  {
    feature: 'tables, wide, labels',
    ...{
      kubectl: verbs('get', 'as a table: narrow, wide'),
      otherKubectl: DEPLOYS,
      k9s: go('reads tables, with metadata'),
    },
  },
  { feature: 'protobuf both ways', clientGo: PROTOBUF },
  {
    feature: 'JSON, YAML, paths, columns',
    kubectl: verbs('get', 'as JSON, YAML, names, paths'),
    otherKubectl: DEPLOYS,
  },
  { feature: 'sorting', kubectl: verbs('get', 'sorted by a field') },
  { feature: 'label and field selectors', kubectl: verbs('get', 'chosen by labels and fields') },
  {
    feature: 'lists in pages',
    ...{
      kubectl: verbs('get', 'in pages, with nothing lost'),
      clientGo: go('lists in pages, and waits'),
      clientNode: node('lists the nodes, and pages through'),
    },
  },
  {
    feature: 'watch',
    ...{
      kubectl: verbs('get', '-w shows what is and what comes'),
      otherKubectl: INSIDE_A_POD,
      clientNode: node('follows pods with an informer'),
    },
    ...{ clientGo: CONTROLLER, k9s: BROWSES, headlamp: headlamp('lists, and watches through its proxy') },
    browser: page('counts nodes and pods as they come and go'),
  },
  { feature: 'watch, first list streamed', sinceClientGo: '0.35', clientGo: CONTROLLER, k9s: BROWSES },
  { feature: 'watch, metadata alone', clientGo: go('follows metadata alone') },
  { feature: 'watch, of one object', headlamp: headlamp('watches one object by its name') },
  { feature: 'watch, token as subprotocol', headlamp: headlamp('watches through its multiplexer') },
  { feature: 'watch, after a cut', clientNode: informers('go on where they were when the connection was cut') },
  {
    feature: 'watch, after a restart or 410',
    ...{ clientNode: informers('list again after a 410'), browser: page('finds the server again after a restart') },
    ...{ sinceClientGo: '0.35', clientGo: go('misses nothing of what it watches') },
  },
  { feature: 'raw paths, subresources', kubectl: verbs('get', 'subresources and raw paths') },
  { feature: 'describe of each kind', kubectl: verbs('run', 'describes '), otherKubectl: INSIDE_A_POD },
  {
    feature: 'events',
    ...{
      kubectl: verbs('observe', 'events: of one object'),
      otherKubectl: ASKS,
      browser: page('lists the newest events first'),
    },
    clientNode: operator('says on the ConfigMap what is wrong with it'),
    ...{ clientGo: CONTROLLER, headlamp: headlamp('shows metrics, events and the schema') },
  },
  {
    feature: 'top',
    ...{
      kubectl: verbs('observe', 'top: nodes and pods'),
      otherKubectl: ASKS,
      k9s: go('shows what nodes and pods use'),
    },
    headlamp: headlamp('shows metrics, events and the schema'),
  },
];
