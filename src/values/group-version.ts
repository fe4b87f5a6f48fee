/** apiVersion as text. Source: runtime/schema, ParseGroupVersion. */
export const groupVersionProblem = (apiVersion: string): string | undefined =>
  apiVersion.split('/').length > 2 ? `unexpected GroupVersion string: ${apiVersion}` : undefined;
