/** What admission refuses as it completes an object, which has no name yet when that is to be made of a prefix. */
import { forbidden, type StatusError } from '../errors.ts';
import type { AdmissionRequest } from './admission.ts';

/** Source: k8s.io/apiserver/pkg/admission/errors.go, extractResourceName. */
export const admissionRefusal = (
  { kind, name, generatedFrom }: Pick<AdmissionRequest, 'kind' | 'name' | 'generatedFrom'>,
  why: string,
): StatusError => forbidden(kind.resource, generatedFrom ?? name, why);
