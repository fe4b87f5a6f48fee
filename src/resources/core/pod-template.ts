/** core/v1 PodTemplate. Source: pkg/registry/core/podtemplate/strategy.go, 1.34. */
import type { KubeObject } from '../../values/object.ts';
import { isSameJson } from '../../values/same-json.ts';
import { column, labelsCell, NAME_COLUMN } from '../columns.ts';
import { defineResource } from '../define-resource.ts';
import { containerImages, containerNames } from '../pod/container-cells.ts';
import type { PodTemplate as Template } from '../pod/pod-spec.ts';
import { checkTemplate, defaultTemplate } from '../pod/pod-template.ts';
import { podWarnings } from '../pod/warnings.ts';

interface PodTemplate extends KubeObject {
  template?: Template;
}

export const podTemplate = defineResource<PodTemplate>({
  group: '',
  version: 'v1',
  kind: 'PodTemplate',
  plural: 'podtemplates',
  namespaced: true,
  schema: 'io.k8s.api.core.v1.PodTemplate',
  changesGeneration: ({ template }, { template: old }) => !isSameJson(template, old),
  deletion: { answersObject: true },
  columns: [
    NAME_COLUMN,
    column('Containers', 'Names of each container in the template.', ({ template }) => containerNames(template)),
    column('Images', 'Images referenced by each container in the template.', ({ template }) =>
      containerImages(template),
    ),
    column('Pod Labels', 'The labels for the pod template.', ({ template }) => labelsCell(template?.metadata?.labels)),
  ],
  applyDefaults: (object) => {
    object.template ??= {};
    defaultTemplate(object.template);
  },
  validate: ({ template = {} }, old) => checkTemplate('template', template, old?.template),
  warnings: ({ template }) => podWarnings('template.', template ?? {}),
});
