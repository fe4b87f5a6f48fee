/** The part of OpenAPI 3.0 that our documents use. Types only. */
import type { OpenApiSchema } from '../../resources/schema.ts';

export interface Reference {
  readonly $ref: string;
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly description: string;
  readonly required?: true;
  readonly schema: OpenApiSchema;
}

/** `anyOf`: for bodies alone. Kinds have none. */
export type BodySchema = OpenApiSchema & { readonly anyOf?: readonly OpenApiSchema[] };
export type Content = Readonly<Record<string, { readonly schema: BodySchema }>>;

export interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly parameters?: readonly (Parameter | Reference)[];
  readonly requestBody?: { readonly required: boolean; readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: Content }>>;
  /** `[]`: served without credentials. */
  readonly security?: readonly [];
  readonly 'x-kubernetes-action'?: string;
  readonly 'x-kubernetes-group-version-kind'?: {
    readonly group: string;
    readonly version: string;
    readonly kind: string;
  };
}

export const METHODS = ['get', 'put', 'post', 'delete', 'patch'] as const;
export type Method = (typeof METHODS)[number];

export interface PathItem extends Readonly<Partial<Record<Method, Operation>>> {
  /** Of every operation on the path. */
  readonly parameters?: readonly (Parameter | Reference)[];
}

export type Paths = Readonly<Record<string, PathItem>>;

export interface OpenApiDocument {
  readonly openapi: '3.0.3';
  readonly info: {
    readonly title: string;
    readonly version: string;
    readonly description?: string;
    readonly license?: { readonly name: string; readonly url: string };
  };
  readonly tags?: readonly { readonly name: string; readonly description: string }[];
  readonly servers?: readonly { readonly url: string; readonly description: string }[];
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly paths: Paths;
  readonly components: {
    readonly schemas: Readonly<Record<string, OpenApiSchema>>;
    readonly parameters?: Readonly<Record<string, Parameter>>;
    readonly securitySchemes: Readonly<Record<string, object>>;
  };
}

export const refTo = (schema: string): OpenApiSchema => ({ $ref: `#/components/schemas/${schema}` });

/** One bearer token on every path; what needs none says so itself. */
export const SECURITY = {
  security: [{ bearer: [] }],
  securitySchemes: { bearer: { type: 'http', scheme: 'bearer', description: 'A token, as in .flotilla/kubeconfig.' } },
} as const;
